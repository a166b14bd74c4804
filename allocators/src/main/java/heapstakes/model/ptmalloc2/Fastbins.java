package heapstakes.model.ptmalloc2;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An arena's fastbins: ten singly linked stacks of chunks of 32, 48 … 176 bytes, linked by their
 * fd. Their chunks look in use, so neighbours do not merge with them.
 *
 * <p>Once the process has threads, any of them may push without the arena's lock; taking is only
 * for the lock's holder, so that compare-and-set on the head cannot meet the ABA problem.
 */
final class Fastbins {
  /** NFASTBINS. */
  static final int COUNT = 10;

  private static final VarHandle HEAD = MethodHandles.arrayElementVarHandle(long[].class);

  private final Memory memory;
  private final Parameters parameters;
  private final long[] heads = new long[COUNT];
  private boolean pushed; // have_fastchunks: since the last consolidation; a hint, as in glibc

  Fastbins(Memory memory, Parameters parameters) {
    this.memory = memory;
    this.parameters = parameters;
  }

  Fastbins(Fastbins parent, Memory child, Parameters parameters) {
    this(child, parameters);
    System.arraycopy(parent.heads, 0, heads, 0, COUNT);
    pushed = parent.pushed;
  }

  static int indexOf(long size) {
    return (int) (size >>> 4) - 2;
  }

  /** have_fastchunks: whether anything was pushed since {@link #startConsolidation}. */
  boolean mayHoldChunks() {
    return pushed;
  }

  void startConsolidation() {
    pushed = false;
  }

  long head(int index) {
    return heads[index];
  }

  /** Pushes {@code p}, unless it is the head already: the only double free seen here. */
  void push(int index, long p) {
    if (!pushed) {
      pushed = true;
    }
    if (parameters.shared) {
      pushShared(index, p);
    } else {
      link(p, heads[index]);
      heads[index] = p;
    }
  }

  private void link(long p, long next) {
    if (next == p) {
      throw new HeapCorruptedException("double free or corruption (fasttop)");
    }
    Chunk.setFd(memory, p, next);
  }

  private void pushShared(int index, long p) {
    long old;
    do {
      old = (long) HEAD.getVolatile(heads, index);
      link(p, old);
    } while (!HEAD.compareAndSet(heads, index, old, p));
  }

  /** Takes the most recently pushed chunk; 0 when there is none. */
  long pop(int index, String whenUnaligned) {
    if (parameters.shared) {
      return popShared(index, whenUnaligned);
    }
    long p = heads[index];
    if (p != 0) {
      heads[index] = next(p, whenUnaligned);
    }
    return p;
  }

  private long next(long p, String whenUnaligned) {
    if ((p & (Chunk.ALIGNMENT - 1)) != 0) {
      throw new HeapCorruptedException(whenUnaligned);
    }
    return Chunk.fd(memory, p);
  }

  private long popShared(int index, String whenUnaligned) {
    long p;
    do {
      p = (long) HEAD.getVolatile(heads, index);
      if (p == 0) {
        return 0;
      }
    } while (!HEAD.compareAndSet(heads, index, p, next(p, whenUnaligned)));
    return p;
  }

  /** Takes the whole stack. */
  long takeAll(int index) {
    return parameters.shared ? (long) HEAD.getAndSet(heads, index, 0L) : exchange(index);
  }

  private long exchange(int index) {
    long head = heads[index];
    heads[index] = 0;
    return head;
  }
}
