package heapstakes.bench;

/** Knows whether the user has ended the run: then a fork that died with it has not failed. */
public final class Interruption {
  private static final long GRACE_MILLIS = 1_000;

  private volatile boolean begun;

  /** This JVM is being shut down. */
  public void begin() {
    begun = true;
  }

  /** Whether this JVM is being shut down. */
  public boolean hasBegun() {
    return begun;
  }

  /**
   * A fork was ended by a signal that users send. Ctrl-C reaches forks and this JVM at the same
   * time: if this JVM is being shut down too, this never returns, so that nothing is noted of it.
   */
  void awaitShutdown() {
    try {
      for (long waited = 0; waited < GRACE_MILLIS && !begun; waited += 20) {
        Thread.sleep(20);
      }
      if (begun) {
        Thread.sleep(Long.MAX_VALUE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
