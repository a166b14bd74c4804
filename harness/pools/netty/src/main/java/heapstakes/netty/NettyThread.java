package heapstakes.netty;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.netty.NettyHeap.Block;
import io.netty.buffer.ByteBuf;

/** The calls of malloc as those of a pool of buffers, on the calling thread. */
final class NettyThread implements ThreadAllocator {
  private static final long MOST = Integer.MAX_VALUE;

  /** What malloc owes; a buffer has it but for small ones. */
  private static final long MALLOC_ALIGNMENT = 16;

  private final NettyHeap heap;
  private final Memory memory;

  NettyThread(NettyHeap heap) {
    this.heap = heap;
    this.memory = heap.memory();
  }

  @Override
  public long malloc(long size) {
    return memalign(MALLOC_ALIGNMENT, size);
  }

  /** A buffer that was used before is as it was left: it is cleared. */
  @Override
  public long calloc(long count, long size) {
    if (Math.unsignedMultiplyHigh(count, size) != 0) {
      return 0;
    }
    long block = malloc(count * size);
    if (block != 0) {
      memory.fill(block, count * size, (byte) 0);
    }
    return block;
  }

  /** A buffer's capacity is changed, in place or by a copy as the pool likes. */
  @Override
  public long realloc(long address, long size) {
    if (address == 0) {
      return malloc(size);
    }
    if (size < 0 || size > MOST) {
      return 0;
    }
    Block block = heap.leave(address);
    if (block.skipped() > 0) {
      return moved(block, size);
    }
    try {
      heap.resize(block.buffer(), (int) Math.max(1, size));
      return heap.enter(block);
    } catch (OutOfMemoryError e) {
      heap.enter(block);
      return refused(e);
    }
  }

  /** An aligned block keeps no alignment when it is resized, as in C. */
  private long moved(Block block, long size) {
    long copy = malloc(size);
    if (copy == 0) {
      heap.enter(block);
      return 0;
    }
    memory.copy(block.address(), copy, Math.min(size, block.usable()));
    block.buffer().release();
    return copy;
  }

  /** A pool knows no alignment: more is taken, and the beginning skipped. */
  @Override
  public long memalign(long alignment, long size) {
    if (size < 0 || size > MOST - alignment) {
      return 0;
    }
    try {
      ByteBuf buffer = buffer(alignment <= MALLOC_ALIGNMENT ? size : size + alignment);
      if (skipped(buffer, alignment) + size > buffer.maxFastWritableBytes()) {
        buffer.release();
        buffer = buffer(size + alignment);
      }
      return heap.enter(new Block(buffer, skipped(buffer, alignment)));
    } catch (OutOfMemoryError e) {
      return refused(e);
    }
  }

  private ByteBuf buffer(long size) {
    ByteBuf buffer = heap.hooks().pool().directBuffer((int) Math.max(1, size));
    heap.hooks().obtained(buffer);
    return buffer;
  }

  private static long skipped(ByteBuf buffer, long alignment) {
    return -buffer.memoryAddress() & (alignment - 1);
  }

  /** Direct memory is limited, and that is NULL; when the JVM itself has no room left, it ends. */
  private static long refused(OutOfMemoryError e) {
    if (String.valueOf(e.getMessage()).contains("Java heap space")) {
      throw e;
    }
    return 0;
  }

  @Override
  public void free(long address) {
    if (address != 0) {
      heap.leave(address).buffer().release();
    }
  }

  @Override
  public long usableSize(long address) {
    return heap.at(address).usable();
  }

  @Override
  public void trim(long pad) {
    heap.hooks().trim();
  }

  @Override
  public void exit() {
    // the pool notices when the thread of the JVM ends
  }
}
