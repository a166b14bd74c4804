package heapstakes.model.mimalloc;

import heapstakes.memory.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run of slices that holds blocks of one size. Each of its three lists is a chain through the
 * first word of its blocks, last in first out.
 *
 * <p>The list of blocks that other threads freed shares its word with a state that says where such
 * a thread puts a block (§15.3): addresses of blocks leave the low bits free.
 */
final class MimallocPage {
  /** The next block goes to the list of the heap that owns the page. */
  static final long USE_DELAYED = 0;

  /** A thread is about to put one there. */
  static final long BUSY = 1;

  /** Blocks go to the page's own list. */
  static final long NO_DELAYED = 2;

  /** The same, until somebody reclaims the page. */
  static final long NEVER_DELAYED = 3;

  private static final long STATE = 3;

  /** The page is in the full queue. */
  static final int IN_FULL = 1;

  /** Addresses were handed out that are not where a block starts. */
  static final int HAS_ALIGNED = 2;

  /** Least blocks, and most bytes, that are carved out of a page at a time (page.c). */
  private static final long LEAST_EXTENSION = 4;

  private static final long EXTENSION_BYTES = 4096;

  private static final VarHandle REMOTE;

  static {
    try {
      REMOTE = MethodHandles.lookup().findVarHandle(MimallocPage.class, "remote", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Stands for no page: it has no block to give. */
  static final MimallocPage NONE = new MimallocPage();

  final @Nullable Segment owner;
  final int slice; // the first
  final int slices;
  final long blockSize; // bytes
  final long start; // of the first block
  final int reserved; // blocks that it has room for
  int capacity; // blocks carved out so far
  int used; // blocks handed out and not back in localFree
  long free;
  long localFree;
  int flags;
  int retireExpire;
  volatile @Nullable DelayedFrees heap; // null while abandoned
  MimallocPage previous;
  MimallocPage next;
  private volatile long remote;

  /** Whether what a fork shared may hold its record: the next store there takes a copy. */
  boolean sharesRecord;

  private MimallocPage() {
    owner = null;
    slice = 0;
    slices = 0;
    blockSize = 0;
    start = 0;
    reserved = 0;
    previous = this;
    next = this;
  }

  /**
   * A page without any block carved out.
   *
   * @param size of a block, bytes; 0: one block as long as the page
   */
  MimallocPage(Segment segment, int slice, int slices, long size) {
    this.owner = segment;
    this.slice = slice;
    this.slices = slices;
    long bytes = (long) slices << Segment.SLICE_SHIFT;
    long offset = size == 0 ? 0 : BlockSizes.startOffset(size);
    this.blockSize = size == 0 ? bytes : size;
    this.start = segment.addressOf(slice) + offset;
    this.reserved = (int) ((bytes - offset) / blockSize);
    this.previous = NONE;
    this.next = NONE;
  }

  /** As a forked child has it, in no queue yet. */
  MimallocPage(Segment segment, MimallocPage parent, @Nullable DelayedFrees heap) {
    this.owner = segment;
    this.slice = parent.slice;
    this.slices = parent.slices;
    this.blockSize = parent.blockSize;
    this.start = parent.start;
    this.reserved = parent.reserved;
    this.capacity = parent.capacity;
    this.used = parent.used;
    this.free = parent.free;
    this.localFree = parent.localFree;
    this.flags = parent.flags;
    this.retireExpire = parent.retireExpire;
    this.heap = heap;
    this.remote = parent.remote;
    this.sharesRecord = true;
    parent.sharesRecord = true;
    this.previous = NONE;
    this.next = NONE;
  }

  Segment segment() {
    Segment segment = owner;
    if (segment == null) {
      throw new AssertionError("no page");
    }
    return segment;
  }

  /** Bytes from the start of its first block to its end. */
  long bytes() {
    return segment().addressOf(slice + slices) - start;
  }

  /** Slice behind its last. */
  int end() {
    return slice + slices;
  }

  boolean isInFull() {
    return (flags & IN_FULL) != 0;
  }

  boolean hasAligned() {
    return (flags & HAS_ALIGNED) != 0;
  }

  /** Where the block begins that holds {@code address}. */
  long blockAt(long address) {
    return hasAligned() ? address - (address - start) % blockSize : address;
  }

  /** Whether a block can be had from it, now or when other threads' frees are taken in. */
  boolean hasAnyAvailable() {
    return used < reserved || remoteList() != 0;
  }

  /** Takes the first free block, of which there is one. */
  long pop(Memory memory) {
    long block = free;
    free = memory.getLong(block);
    used++;
    if (sharesRecord) {
      writeRecord();
    }
    return block;
  }

  /** Stores to its record, as each change of its lists does; that counts only behind a fork. */
  void writeRecord() {
    sharesRecord = false;
    segment().writeLists(slice);
  }

  /** The same of its links. */
  void writeLinks() {
    if (sharesRecord) {
      segment().writeLinks(slice);
    }
  }

  /**
   * Carves more blocks out, in ascending order, when none is free; false at the end of the page.
   */
  boolean extend(Memory memory) {
    long count =
        Math.min(reserved - capacity, Math.max(LEAST_EXTENSION, EXTENSION_BYTES / blockSize));
    if (count == 0) {
      return false;
    }
    long block = start + capacity * blockSize;
    free = block;
    for (long left = count; left > 1; left--) {
      memory.putLong(block, block + blockSize);
      block += blockSize;
    }
    memory.putLong(block, 0);
    capacity += (int) count;
    return true;
  }

  /** Takes what threads have freed into the list of free blocks; at once only if that is empty. */
  void collect(Memory memory, boolean force) {
    if (remoteList() != 0) {
      collectRemote(memory);
    }
    if (localFree == 0) {
      return;
    }
    if (free == 0) {
      free = localFree;
      localFree = 0;
    } else if (force) {
      memory.putLong(lastOf(memory, localFree), free);
      free = localFree;
      localFree = 0;
    }
  }

  private void collectRemote(Memory memory) {
    long list;
    long state;
    do {
      state = remote;
      list = state & ~STATE;
    } while (!REMOTE.compareAndSet(this, state, state & STATE));
    int count = 1;
    long last = list;
    for (long next = memory.getLong(last); next != 0; next = memory.getLong(last)) {
      last = next;
      count++;
    }
    memory.putLong(last, localFree);
    localFree = list;
    used -= count;
  }

  private static long lastOf(Memory memory, long list) {
    long last = list;
    for (long next = memory.getLong(last); next != 0; next = memory.getLong(last)) {
      last = next;
    }
    return last;
  }

  /** Blocks that other threads freed. */
  long remoteList() {
    return remote & ~STATE;
  }

  /** One of the four states. */
  long state() {
    return remote & STATE;
  }

  /** Another thread frees {@code block}: into the page's own list or, the first, its heap's. */
  void freeRemotely(Memory memory, long block) {
    if (sharesRecord) {
      writeRecord();
    }
    for (; ; ) {
      long was = remote;
      if ((was & STATE) == USE_DELAYED) {
        if (REMOTE.compareAndSet(this, was, was | BUSY)) {
          DelayedFrees to = heap;
          if (to != null) {
            to.push(block);
          }
          changeState(BUSY, NO_DELAYED);
          return;
        }
      } else {
        memory.putLong(block, was & ~STATE);
        if (REMOTE.compareAndSet(this, was, block | was & STATE)) {
          return;
        }
      }
    }
  }

  private void changeState(long from, long to) {
    long was;
    do {
      was = remote;
    } while ((was & STATE) == from && !REMOTE.compareAndSet(this, was, was & ~STATE | to));
  }

  /** Sets where other threads put blocks, once none is about to; {@code override}: even NEVER. */
  void setState(long state, boolean override) {
    for (; ; ) {
      long was = remote;
      if ((was & STATE) == state || (was & STATE) == NEVER_DELAYED && !override) {
        return;
      }
      if ((was & STATE) == BUSY) {
        Thread.onSpinWait();
      } else if (REMOTE.compareAndSet(this, was, was & ~STATE | state)) {
        return;
      }
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "page 0x%x+%d slices (blocks of %d, capacity %d, used %d)",
        start,
        slices,
        blockSize,
        capacity,
        used);
  }
}
