package heapstakes.model.ptmalloc2;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is one for the whole process: glibc's {@code mp_}, and whether it has had threads. */
final class Parameters {
  /** Most that a freed mapping may teach: DEFAULT_MMAP_THRESHOLD_MAX. */
  private static final long MAX_DYNAMIC_THRESHOLD = 32L << 20;

  final AtomicInteger mappings = new AtomicInteger();
  final AtomicLong mappedBytes = new AtomicLong();

  /**
   * Whether a second thread was ever attached; until then nothing is locked. Plain, as glibc's
   * SINGLE_THREAD_P: {@link Ptmalloc2#attach} overlaps with no operation of the first thread, and a
   * volatile load would have everything else loaded anew behind it (ADR 5).
   */
  boolean shared;

  private volatile Ptmalloc2Settings settings;
  private volatile long mmapThreshold;
  private volatile long trimThreshold;

  Parameters(Ptmalloc2Settings settings) {
    this.settings = settings;
    this.mmapThreshold = settings.mmapThresholdBytes();
    this.trimThreshold = settings.trimThresholdBytes();
  }

  /** The parameters of a forked child. */
  Parameters(Parameters parent) {
    this(parent.settings);
    mappings.set(parent.mappings.get());
    mappedBytes.set(parent.mappedBytes.get());
    shared = parent.shared;
    mmapThreshold = parent.mmapThreshold;
    trimThreshold = parent.trimThreshold;
  }

  Ptmalloc2Settings settings() {
    return settings;
  }

  /** Sets the option called {@code key} while the process runs, if {@code value} is allowed. */
  void set(String key, long value) {
    settings = settings.with(key, value);
    if (key.equals("mmap_threshold")) {
      mmapThreshold = value;
    } else if (key.equals("trim_threshold")) {
      trimThreshold = value;
    }
  }

  long mmapThreshold() {
    return mmapThreshold;
  }

  boolean reachesTrimThreshold(long topSize) {
    return Long.compareUnsigned(topSize, trimThreshold) >= 0;
  }

  boolean isWithinTrimThreshold(long bytes) {
    return Long.compareUnsigned(bytes, trimThreshold) <= 0;
  }

  /** A mapped block with this size word is freed: the dynamic threshold. */
  void learnFrom(long head) {
    // The size word is compared with its flag in it, as glibc does: a chunk of the very threshold
    // sets it again, and one of exactly 32 MiB no longer counts.
    if (settings.dynamicThresholds() && head > mmapThreshold && head <= MAX_DYNAMIC_THRESHOLD) {
      mmapThreshold = Chunk.sizeOf(head);
      trimThreshold = 2 * Chunk.sizeOf(head);
    }
  }
}
