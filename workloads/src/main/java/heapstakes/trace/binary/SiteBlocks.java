package heapstakes.trace.binary;

import heapstakes.trace.EventBatch;
import java.util.Arrays;

/**
 * Call sites of the events of a block, which follow all blocks of events in the same order:
 *
 * <pre>
 *   0  u16  length, this header included
 *   2  u16  entries of the dictionary  (1 … 4096)
 *   4  u8   bits of a code             (0 … 12)
 *   5       dictionary: entries, each the zig-zag difference from the one before as LEB128
 *           codes: for each event, in order, the number of an entry
 * </pre>
 */
final class SiteBlocks {
  /** Nothing is longer: every event a site of its own. */
  static final int MAX_BYTES = 5 + BlockLayout.EVENTS * 5 + BlockLayout.EVENTS * 12 / 8;

  static final int HEADER_BYTES = 5;

  private static final int COUNT_AT = 2;
  private static final int BITS_AT = 4;
  private static final int TABLE = 2 * BlockLayout.EVENTS;

  private final byte[] block = new byte[MAX_BYTES + BlockDecoder.SLACK];
  private final int[] buckets = new int[TABLE];
  private final int[] entries = new int[BlockLayout.EVENTS];
  private final int[] codes = new int[BlockLayout.EVENTS];
  private int at;

  /** Where a block is, from index 0, with {@link BlockDecoder#SLACK} bytes behind the longest. */
  byte[] bytes() {
    return block;
  }

  /** The length of the block that {@link #bytes} begins with. */
  int length() {
    return BlockLayout.getShort(block, 0);
  }

  /** Packs the sites of the first {@code events} events, and gives the length. */
  int encode(EventBatch batch, int events) {
    Arrays.fill(buckets, 0);
    int count = 0;
    for (int i = 0; i < events; i++) {
      int site = batch.siteOf(i);
      int bucket = (site * 0x9e37_79b9 >>> 19) & TABLE - 1;
      while (buckets[bucket] != 0 && entries[buckets[bucket] - 1] != site) {
        bucket = (bucket + 1) & TABLE - 1;
      }
      if (buckets[bucket] == 0) {
        entries[count++] = site;
        buckets[bucket] = count;
      }
      codes[i] = buckets[bucket] - 1;
    }
    at = HEADER_BYTES;
    int last = 0;
    for (int entry = 0; entry < count; entry++) {
      putNumber(BlockLayout.zigzag(entries[entry] - last));
      last = entries[entry];
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    for (int i = 0; i < events; i++) {
      BlockLayout.putBits(block, at, i * bits, codes[i]);
    }
    at += BlockLayout.bytes(events, bits);
    BlockLayout.putShort(block, 0, at);
    BlockLayout.putShort(block, COUNT_AT, count);
    block[BITS_AT] = (byte) bits;
    return at;
  }

  private void putNumber(int value) {
    int rest = value;
    while (rest >>> 7 != 0) {
      block[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    block[at++] = (byte) rest;
  }

  /**
   * Unpacks the block that {@link #bytes} begins with.
   *
   * @param site gets the sites of {@code events} events
   * @param sites the highest number of one
   * @throws BlockDecoder.Damage when it is none
   */
  void decode(int[] site, int events, int sites) {
    int length = length();
    int count = BlockLayout.getShort(block, COUNT_AT);
    int bits = block[BITS_AT];
    if (count < 1 || count > BlockLayout.EVENTS || bits < 0 || bits > 12) {
      throw new BlockDecoder.Damage("the header of its call sites is wrong");
    }
    at = HEADER_BYTES;
    int last = 0;
    for (int entry = 0; entry < count; entry++) {
      last += BlockLayout.unzigzag(number(length));
      if (Integer.compareUnsigned(last, sites) > 0) {
        throw new BlockDecoder.Damage("it names a call site that is not in the table");
      }
      entries[entry] = last;
    }
    if (at + BlockLayout.bytes(events, bits) != length) {
      throw new BlockDecoder.Damage("its call sites are not as long as their header says");
    }
    for (int i = 0; i < events; i++) {
      int code = BlockLayout.getBits(block, at, i * bits, bits);
      if (code >= count) {
        throw new BlockDecoder.Damage("it names a call site that is not in its dictionary");
      }
      site[i] = entries[code];
    }
  }

  private int number(int length) {
    int number = 0;
    for (int shift = 0; shift < Integer.SIZE + 3; shift += 7) {
      if (at >= length) {
        break;
      }
      byte group = block[at++];
      number |= (group & 0x7f) << shift;
      if (group >= 0) {
        return number;
      }
    }
    throw new BlockDecoder.Damage("its call sites are cut short");
  }
}
