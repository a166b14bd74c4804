package heapstakes.forecast;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a real library took for a trace, beside the counted work of its twin.
 *
 * @param library name of the contestant, e.g. {@code native-glibc}
 * @param workload as {@code -w} takes it
 * @param traceSha256 digest of the trace
 * @param oneLife of a fresh process
 * @param steady of a heap that lives on
 */
public record Observation(
    String library, String workload, String traceSha256, Stretch oneLife, Stretch steady) {

  /**
   * A time and the work that it was for.
   *
   * @param beatsPerOperation of the real library, as a multiple of the {@link
   *     heapstakes.meter.Pulse}; positive
   * @param operations that were counted
   * @param counts by {@link Feature#word}; what is not there is 0
   */
  public record Stretch(
      double beatsPerOperation, long operations, SequencedMap<String, Long> counts) {
    /** Of counted work. */
    static Stretch of(double beatsPerOperation, CountedWork work) {
      SequencedMap<String, Long> counts = new LinkedHashMap<>();
      for (Feature feature : Feature.values()) {
        counts.put(feature.word(), work.count(feature));
      }
      return new Stretch(beatsPerOperation, work.operations(), counts);
    }

    /** What was counted. */
    public CountedWork work() {
      return new CountedWork(operations, byOrdinal(counts));
    }

    private static long[] byOrdinal(Map<String, Long> counts) {
      long[] all = new long[Feature.values().length];
      for (Feature feature : Feature.values()) {
        all[feature.ordinal()] = counts.getOrDefault(feature.word(), 0L);
      }
      return all;
    }
  }
}
