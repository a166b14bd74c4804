package heapstakes.bench;

import org.openjdk.jmh.util.Version;

/** Which JMH times. */
public final class JmhVersion {
  private JmhVersion() {}

  /** E.g. {@code 1.37}. */
  public static String text() {
    return Version.getPlainVersion();
  }
}
