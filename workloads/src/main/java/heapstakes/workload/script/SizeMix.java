package heapstakes.workload.script;

import java.util.List;

/**
 * A mix of block sizes: bands with weights, and within a band each power of two as likely as the
 * others.
 *
 * @param weights sum up to {@link #WHOLE}
 * @param lows smallest size of each band, in bytes
 * @param highs largest size of each band, in bytes
 */
public record SizeMix(int[] weights, long[] lows, long[] highs) {
  private static final int WHOLE = 10_000;
  private static final long MIB = 1 << 20;

  /** Names, the default first. */
  public static final List<String> NAMES = List.of("server", "small", "buffers");

  /** The mix called {@code name}. */
  public static SizeMix named(String name) {
    return switch (name) {
      // Objects of a request, a few buffers, and a tail of bodies and caches.
      case "server" ->
          new SizeMix(
              new int[] {5500, 2500, 1200, 550, 200, 45, 5},
              new long[] {8, 65, 257, 1025, 4097, 32_769, 262_145},
              new long[] {64, 256, 1024, 4096, 32_768, 262_144, MIB});
      // Nodes and strings only: all of it within thread caches.
      case "small" -> new SizeMix(new int[] {8000, 2000}, new long[] {8, 65}, new long[] {64, 512});
      // Mostly buffers of I/O.
      default ->
          new SizeMix(
              new int[] {3000, 6000, 1000},
              new long[] {16, 4096, 65_536},
              new long[] {256, 65_536, MIB});
    };
  }

  /** A size. */
  public long draw(SplitMix random) {
    int at = random.below(WHOLE);
    int band = 0;
    while (at >= weights[band]) {
      at -= weights[band++];
    }
    return random.magnitudes(lows[band], highs[band]);
  }
}
