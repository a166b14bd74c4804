package heapstakes.memory;

import java.util.Arrays;

/**
 * A set of addresses that are multiples of eight, a bit for each: which free blocks an audit has
 * seen. A page's bits lie together and most blocks follow another of their page, so that an audit
 * after every operation of a long life can afford to look at each block.
 */
public final class AddressSet {
  private static final int GRANULE_SHIFT = 3;
  private static final int WORD_SHIFT = GRANULE_SHIFT + 6;
  private static final int WORDS = 1 << Addresses.PAGE_SHIFT - WORD_SHIFT;
  private static final int FIRST_PAGES = 4;

  private final AddressTable firstWords = new AddressTable(); // page's number + 1 → of its bits
  private long[] bits = new long[WORDS * FIRST_PAGES];
  private int used;
  private long lastPage = -1;
  private int lastFirst;

  /** An empty set. */
  public AddressSet() {}

  /** Takes {@code address} in; whether it was not in the set. */
  public boolean add(long address) {
    long page = address >>> Addresses.PAGE_SHIFT;
    if (page != lastPage) {
      lastFirst = firstWord(page);
      lastPage = page;
    }
    int word = lastFirst + ((int) (address >>> WORD_SHIFT) & WORDS - 1);
    long bit = 1L << (address >>> GRANULE_SHIFT);
    boolean isNew = (bits[word] & bit) == 0;
    bits[word] |= bit;
    return isNew;
  }

  private int firstWord(long page) {
    long known = firstWords.get(page + 1);
    if (known != AddressTable.NONE) {
      return (int) known;
    }
    int first = used;
    firstWords.put(page + 1, first);
    used += WORDS;
    if (used > bits.length) {
      bits = Arrays.copyOf(bits, 2 * used);
    }
    return first;
  }
}
