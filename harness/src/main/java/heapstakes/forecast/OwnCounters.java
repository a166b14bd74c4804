package heapstakes.forecast;

import java.util.Map;
import java.util.regex.Pattern;

/** Counters of libraries that tell of work which leaves few traces in a twin's memory. */
final class OwnCounters {
  private static final String JEMALLOC = "stats\\.arenas\\.4096\\."; // all arenas

  private static final Map<Feature, Pattern> NAMES =
      Map.of(
          Feature.CENTRAL_TRIP, Pattern.compile(JEMALLOC + "small\\.(nfills|nflushes)"),
          Feature.CENTRAL_BLOCK, Pattern.compile(JEMALLOC + "small\\.(nmalloc|ndalloc)"),
          Feature.EXTENT,
              Pattern.compile(JEMALLOC + "(large\\.(nmalloc|ndalloc)|bins\\.\\d+\\.nslabs)"));

  private OwnCounters() {}

  /** Adds what a library has counted up to now, by {@link Feature#ordinal}. */
  static void addTo(long[] counts, Map<String, Long> counters) {
    NAMES.forEach((feature, names) ->
        counters.forEach((name, value) -> {
          if (names.matcher(name).matches()) {
            counts[feature.ordinal()] += value;
          }
        }));
  }
}
