package heapstakes.model.jemalloc;

/** Records of an arena's extents; a returned one serves the next extent. */
final class Descriptors {
  /** Of one, in bytes (§12). */
  static final long RECORD_BYTES = 128;

  private final Mutex lock = new Mutex();
  private final Base base;
  private final long alignment;
  private long available;

  Descriptors(Base base, long alignment) {
    this.base = base;
    this.alignment = alignment;
  }

  /** As a forked child has them. */
  Descriptors(Base base, Descriptors parent) {
    this(base, parent.alignment);
    available = parent.available;
  }

  /** A record more is in use; false when there is no memory for it. */
  boolean take() {
    lock.lock();
    try {
      if (available > 0) {
        available--;
        return true;
      }
      return base.allocateTouched(RECORD_BYTES, alignment) != 0;
    } finally {
      lock.unlock();
    }
  }

  /** A record is no longer in use. */
  void give() {
    lock.lock();
    available++;
    lock.unlock();
  }

  /** A record is used for a moment. */
  void takeAndGive() {
    if (take()) {
      give();
    }
  }

  /** Records that are not in use. */
  long available() {
    return available;
  }
}
