package heapstakes.model.openbsd;

import static heapstakes.memory.Addresses.pageAlignDown;

import heapstakes.memory.Memory;

/**
 * What is known of each region, found by its first page: open addressing in a mapping of its own,
 * doubled when less than a quarter is free. An entry is the page, with the bucket of its chunks and
 * one more in the low bits, and a word: the bytes that were asked for, or what is known of the
 * chunks.
 */
final class RegionTable {
  private static final long ENTRY_BYTES = 16;
  private static final long FIRST_ENTRIES = 256; // a page
  private static final long WORD = 8;
  private static final long MIX = 0x9e3779b97f4a7c15L; // 2^64 / golden ratio

  private final SystemPages system;
  private final Memory memory;
  private long table;
  private long entries;
  private long free;

  RegionTable(SystemPages system, Memory memory) {
    this.system = system;
    this.memory = memory;
  }

  /** As a forked child has it. */
  RegionTable(SystemPages system, Memory memory, RegionTable parent) {
    this(system, memory);
    table = parent.table;
    entries = parent.entries;
    free = parent.free;
  }

  private long home(long page) {
    return (page >>> 12) * MIX >>> 32 & (entries - 1);
  }

  private long following(long index) {
    return index + 1 & (entries - 1);
  }

  private long key(long index) {
    return memory.getLong(table + index * ENTRY_BYTES);
  }

  /** The entry of the region that begins on this page, or 0. */
  long find(long address) {
    if (entries == 0) {
      return 0;
    }
    long page = pageAlignDown(address);
    long index = home(page);
    long key = key(index);
    while (key != 0 && pageAlignDown(key) != page) {
      index = following(index);
      key = key(index);
    }
    return key == 0 ? 0 : table + index * ENTRY_BYTES;
  }

  long page(long entry) {
    return pageAlignDown(memory.getLong(entry));
  }

  /** The bucket of its chunks, or -1 of other regions. */
  int bucket(long entry) {
    long key = memory.getLong(entry);
    return (int) (key - pageAlignDown(key)) - 1;
  }

  long word(long entry) {
    return memory.getLong(entry + WORD);
  }

  void setWord(long entry, long word) {
    memory.putLong(entry + WORD, word);
  }

  /** False without memory. */
  boolean insert(long page, int bucket, long word) {
    if (free * 4 <= entries && !grow()) {
      return false;
    }
    put(page + bucket + 1, word);
    return true;
  }

  private void put(long key, long word) {
    long index = home(pageAlignDown(key));
    while (key(index) != 0) {
      index = following(index);
    }
    long entry = table + index * ENTRY_BYTES;
    memory.putLong(entry, key);
    memory.putLong(entry + WORD, word);
    free--;
  }

  private boolean grow() {
    long oldEntries = entries;
    long oldTable = table;
    long larger = oldEntries == 0 ? FIRST_ENTRIES : 2 * oldEntries;
    long mapped = system.mapMetadata(larger * ENTRY_BYTES);
    if (mapped == 0) {
      return false;
    }
    table = mapped;
    entries = larger;
    free = larger;
    for (long old = oldTable; old < oldTable + oldEntries * ENTRY_BYTES; old += ENTRY_BYTES) {
      long key = memory.getLong(old);
      if (key != 0) {
        put(key, memory.getLong(old + WORD));
      }
    }
    if (oldEntries > 0) {
      system.unmapMetadata(oldTable, oldEntries * ENTRY_BYTES);
    }
    return true;
  }

  /** Empties an entry; those behind it move up to where they are looked for first. */
  void delete(long entry) {
    long hole = (entry - table) / ENTRY_BYTES;
    for (long index = following(hole); key(index) != 0; index = following(index)) {
      long distance = index - home(pageAlignDown(key(index))) & (entries - 1);
      if (distance >= (index - hole & (entries - 1))) {
        long from = table + index * ENTRY_BYTES;
        memory.copy(from, table + hole * ENTRY_BYTES, ENTRY_BYTES);
        hole = index;
      }
    }
    memory.putLong(table + hole * ENTRY_BYTES, 0);
    free++;
  }

  /** For audits: the first entry in use, or 0. */
  long first() {
    return entries == 0 ? 0 : next(table - ENTRY_BYTES);
  }

  /** For audits: the entry in use behind this one, or 0. */
  long next(long entry) {
    long end = table + entries * ENTRY_BYTES;
    long at = entry + ENTRY_BYTES;
    while (at < end && memory.getLong(at) == 0) {
      at += ENTRY_BYTES;
    }
    return at < end ? at : 0;
  }

  long size() {
    return entries - free;
  }
}
