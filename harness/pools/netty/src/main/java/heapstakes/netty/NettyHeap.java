package heapstakes.netty;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Addresses;
import heapstakes.memory.Memory;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * A pool as a heap: a block is a direct buffer, and free finds it by its address. What no malloc
 * may do ends the replay: a block in no chunk, or that overlaps another.
 *
 * <p>The first thread is the one that attaches it; each further one is a thread of the JVM, which
 * is handed what it is to do, since a pool goes by the calling thread. One works at a time.
 */
final class NettyHeap implements Allocator {
  private final ChunkSpace space;
  private final ChunkHooks hooks;
  private final NavigableMap<Long, Block> live = new TreeMap<>();
  private boolean attached;

  /**
   * A block.
   *
   * @param buffer that it lies in
   * @param skipped bytes of the buffer before it, for the sake of alignment
   */
  record Block(ByteBuf buffer, long skipped) {
    long address() {
      return buffer.memoryAddress() + skipped;
    }

    /** Bytes that can be used without asking the pool: the buffer may grow to it in place. */
    long usable() {
      return buffer.maxFastWritableBytes() - skipped;
    }
  }

  NettyHeap(ChunkSpace space, ChunkHooks hooks) {
    this.space = space;
    this.hooks = hooks;
  }

  ChunkHooks hooks() {
    return hooks;
  }

  /**
   * Resizes a buffer; the chunk that it moves to is booked before the one that it leaves may go.
   */
  void resize(ByteBuf buffer, int size) {
    space.book().beforeRelease(() -> hooks.obtained(buffer));
    try {
      buffer.capacity(size);
    } finally {
      space.book().beforeRelease(() -> {});
    }
  }

  /** Books a new block. */
  long enter(Block block) {
    hooks.obtained(block.buffer());
    long start = block.address();
    long end = start + block.usable();
    Map.Entry<Long, Block> before = live.lowerEntry(end);
    if (before != null && before.getKey() + before.getValue().usable() > start) {
      throw corrupted(start, end, "overlaps the one at 0x%x", before.getKey());
    }
    if (!space.book().holds(start, end)) {
      throw corrupted(start, end, "is in no chunk, of %d", space.book().mappedBytes());
    }
    live.put(start, block);
    return start;
  }

  private static HeapCorruptedException corrupted(long start, long end, String how, long with) {
    return new HeapCorruptedException(
        String.format(Locale.ROOT, "block [0x%x, 0x%x) " + how, start, end, with));
  }

  /** The block at an address; it stays. */
  Block at(long address) {
    Block block = live.get(address);
    if (block == null) {
      throw new HeapCorruptedException(String.format(Locale.ROOT, "no block at 0x%x", address));
    }
    return block;
  }

  /** The block at an address, which is there no longer. */
  Block leave(long address) {
    Block block = at(address);
    live.remove(address);
    return block;
  }

  @Override
  public ThreadAllocator attach() {
    ThreadAllocator thread = new NettyThread(this);
    if (attached) {
      return new HandedThread(thread);
    }
    attached = true;
    return thread;
  }

  @Override
  public Memory memory() {
    return space.memory();
  }

  @Override
  public SequencedMap<String, Long> counters() {
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    hooks.count(counters);
    space.book().count(counters);
    JvmMemory.count(counters);
    return counters;
  }

  /** The place in its page, as the JVM puts chunks where it likes. */
  @Override
  public Region regionOf(long address) {
    return new Region("mmap", address & (Addresses.PAGE_BYTES - 1));
  }

  /** What is booked must be what the pool says that it has. */
  @Override
  public void audit() {
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    hooks.count(counters);
    long used = counters.getOrDefault("usedDirectMemory", -1L);
    if (used > space.book().mappedBytes()) {
      throw new HeapCorruptedException(
          String.format(
              Locale.ROOT,
              "the pool says it has %d bytes of direct memory, its chunks are %d",
              used,
              space.book().mappedBytes()));
    }
  }
}
