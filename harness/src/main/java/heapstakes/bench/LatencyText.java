package heapstakes.bench;

import heapstakes.meter.LatencyMeter;
import heapstakes.results.Latency;

/** Latencies on their way out of a fork: the cost of the clock in a line, then the histograms. */
final class LatencyText {
  private LatencyText() {}

  static String of(Latency latency) {
    return latency.clockNanos() + "\n" + latency.hlog();
  }

  static Latency parse(String text) {
    int end = text.indexOf('\n');
    return LatencyMeter.read(Long.parseLong(text.substring(0, end)), text.substring(end + 1));
  }
}
