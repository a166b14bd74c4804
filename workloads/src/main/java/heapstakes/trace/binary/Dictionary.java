package heapstakes.trace.binary;

import java.util.Arrays;

/** The kinds that a block's codes stand for. */
final class Dictionary {
  private final long[] byCount;
  private final int[] codes;
  private final int entries;

  /**
   * @param byCount kinds in their low 32 bits, commonest first
   * @param entries how many of them get a code
   * @param kinds how many kinds there are
   */
  Dictionary(long[] byCount, int entries, int kinds) {
    this.byCount = byCount;
    this.entries = entries;
    codes = new int[kinds];
    Arrays.fill(codes, entries);
    for (int entry = 0; entry < entries; entry++) {
      codes[kind(entry)] = entry;
    }
  }

  int entries() {
    return entries;
  }

  int kind(int entry) {
    return (int) byCount[entry];
  }

  /** The code of {@code kind}; {@link #entries} for a literal. */
  int code(int kind) {
    return codes[kind];
  }

  /** Whether there are no literals. */
  boolean isComplete() {
    return entries == codes.length;
  }

  /** Bits that hold every code. */
  int codeBits() {
    int codes = isComplete() ? entries : entries + 1;
    return Integer.SIZE - Integer.numberOfLeadingZeros(codes - 1);
  }
}
