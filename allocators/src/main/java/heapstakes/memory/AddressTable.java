package heapstakes.memory;

import java.util.Arrays;

/**
 * A number for each of some addresses: what an audit notes of blocks. A hash table of two arrays,
 * since an audit after every operation of a long life takes its time in there.
 */
public final class AddressTable {
  /** The number of an address that is not in the table. */
  public static final long NONE = -1;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L; // 2^64 / golden ratio
  private static final int FIRST_BITS = 7; // an audit of a small heap makes several

  private int bits = FIRST_BITS;
  private long[] addresses = new long[1 << FIRST_BITS]; // 0: empty
  private long[] numbers = new long[1 << FIRST_BITS];
  private int count;

  /** An empty table. */
  public AddressTable() {}

  /**
   * Notes {@code address}, which is not 0, with {@code number}, which is not negative.
   *
   * @return its number until now, {@link #NONE} if it had none
   */
  public long put(long address, long number) {
    int at = find(address);
    long before = addresses[at] == 0 ? NONE : numbers[at];
    addresses[at] = address;
    numbers[at] = number;
    if (before == NONE && ++count > addresses.length / 2) {
      grow();
    }
    return before;
  }

  /** Notes {@code address}, which is not 0; whether it was not in the table. */
  public boolean add(long address) {
    return put(address, 0) == NONE;
  }

  /** The number of {@code address}, which is not 0; {@link #NONE} if it has none. */
  public long get(long address) {
    int at = find(address);
    return addresses[at] == 0 ? NONE : numbers[at];
  }

  /** Whether {@code address}, which is not 0, is in the table. */
  public boolean contains(long address) {
    return get(address) != NONE;
  }

  /**
   * Forgets {@code address}, which is not 0.
   *
   * @return its number until now, {@link #NONE} if it had none
   */
  public long remove(long address) {
    int hole = find(address);
    if (addresses[hole] == 0) {
      return NONE;
    }
    final long number = numbers[hole];
    int mask = addresses.length - 1;
    // What was pushed past the hole moves back into it, so that no search ends too early.
    for (int at = hole + 1 & mask; addresses[at] != 0; at = at + 1 & mask) {
      int home = home(addresses[at]);
      if ((at - home & mask) >= (at - hole & mask)) {
        addresses[hole] = addresses[at];
        numbers[hole] = numbers[at];
        hole = at;
      }
    }
    addresses[hole] = 0;
    count--;
    return number;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** The addresses, ascending as unsigned numbers, in hexadecimal digits. */
  @Override
  public String toString() {
    return Arrays.stream(addresses)
        .filter(address -> address != 0)
        .boxed()
        .sorted(Long::compareUnsigned)
        .map(address -> "0x" + Long.toHexString(address))
        .toList()
        .toString();
  }

  private int home(long address) {
    return (int) (address * MULTIPLIER >>> Long.SIZE - bits);
  }

  /** Where {@code address} is, or where it would come. */
  private int find(long address) {
    int at = home(address);
    while (addresses[at] != 0 && addresses[at] != address) {
      at = at + 1 & addresses.length - 1;
    }
    return at;
  }

  private void grow() {
    long[] oldAddresses = addresses;
    long[] oldNumbers = numbers;
    bits++;
    addresses = new long[1 << bits];
    numbers = new long[1 << bits];
    for (int i = 0; i < oldAddresses.length; i++) {
      if (oldAddresses[i] != 0) {
        int at = find(oldAddresses[i]);
        addresses[at] = oldAddresses[i];
        numbers[at] = oldNumbers[i];
      }
    }
  }
}
