package heapstakes.allocator;

import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;

/**
 * A machine-independent address.
 *
 * @param name {@code brk}, {@code heap1} … (arena heaps in order of creation), {@code seg0} …
 *     (mimalloc's segments, in the order in which they first gave a block), or {@code mmap}
 * @param offset bytes from the initial break, from the heap's or segment's start, or within the
 *     page
 */
public record Region(String name, long offset) {
  /** Tells brk from mmap: enough for an allocator without heaps of its own. */
  public static Region of(AddressSpace space, long address) {
    return address >= space.initialBreak() && address < space.programBreak()
        ? new Region("brk", address - space.initialBreak())
        : new Region("mmap", address & (Addresses.PAGE_BYTES - 1));
  }
}
