package heapstakes.meter;

import heapstakes.allocator.ThreadAllocator;
import heapstakes.replay.ThreadView;
import heapstakes.trace.Op;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread's handle with the clock read on both sides of each call. What a replay does besides,
 * such as touching a new block, is outside. Nothing is allocated.
 */
final class TimedThread implements ThreadAllocator, ThreadView {
  private final LatencyRecorder recorder;
  private @Nullable ThreadAllocator thread;

  TimedThread(LatencyRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public ThreadAllocator over(ThreadAllocator now) {
    thread = now;
    return this;
  }

  private ThreadAllocator thread() {
    return Objects.requireNonNull(thread, "over() comes first");
  }

  @Override
  public long malloc(long size) {
    ThreadAllocator inner = thread();
    long start = System.nanoTime();
    long address = inner.malloc(size);
    recorder.record(Op.MALLOC, System.nanoTime() - start);
    return address;
  }

  @Override
  public long calloc(long count, long size) {
    ThreadAllocator inner = thread();
    long start = System.nanoTime();
    long address = inner.calloc(count, size);
    recorder.record(Op.CALLOC, System.nanoTime() - start);
    return address;
  }

  @Override
  public long realloc(long old, long size) {
    ThreadAllocator inner = thread();
    long start = System.nanoTime();
    long address = inner.realloc(old, size);
    recorder.record(Op.REALLOC, System.nanoTime() - start);
    return address;
  }

  @Override
  public long memalign(long alignment, long size) {
    ThreadAllocator inner = thread();
    long start = System.nanoTime();
    long address = inner.memalign(alignment, size);
    recorder.record(Op.MEMALIGN, System.nanoTime() - start);
    return address;
  }

  @Override
  public void free(long address) {
    ThreadAllocator inner = thread();
    long start = System.nanoTime();
    inner.free(address);
    recorder.record(Op.FREE, System.nanoTime() - start);
  }

  @Override
  public void trim(long pad) {
    ThreadAllocator inner = thread();
    long start = System.nanoTime();
    inner.trim(pad);
    recorder.record(Op.TRIM, System.nanoTime() - start);
  }

  @Override
  public long usableSize(long address) {
    return thread().usableSize(address);
  }

  @Override
  public void exit() {
    thread().exit();
  }
}
