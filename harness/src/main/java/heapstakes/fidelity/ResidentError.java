package heapstakes.fidelity;

import heapstakes.results.TimelinePoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How far the twin's resident curve is from the library's, relative to the library's.
 *
 * @param points how many were compared
 * @param max largest error, 1 for 100 %
 * @param mean over the points
 * @param operation operations that had ended at the largest error
 * @param library resident there, bytes
 * @param twin resident there, bytes
 */
public record ResidentError(
    long points, double max, double mean, long operation, long library, long twin) {
  /** Nothing was compared. */
  public static final ResidentError NONE = new ResidentError(0, 0, 0, 0, 0, 0);

  private record Moment(long operation, String phase) {
    static Moment of(TimelinePoint point) {
      return new Moment(point.operation(), point.phase());
    }
  }

  /**
   * Compares the points that both curves have. A moment may have two, before and behind an event
   * that is no operation: the later ones go together.
   */
  static ResidentError of(List<TimelinePoint> library, List<TimelinePoint> twin) {
    Map<Moment, List<TimelinePoint>> real = byMoment(library);
    Sum sum = new Sum();
    byMoment(twin)
        .forEach((moment, own) -> {
          List<TimelinePoint> other = real.getOrDefault(moment, List.of());
          int pairs = Math.min(own.size(), other.size());
          for (int i = pairs; i > 0; i--) {
            sum.add(other.get(other.size() - i), own.get(own.size() - i));
          }
        });
    return sum.total();
  }

  private static Map<Moment, List<TimelinePoint>> byMoment(List<TimelinePoint> points) {
    return points.stream()
        .filter(point -> point.use().residentBytes().isPresent())
        .collect(Collectors.groupingBy(Moment::of, LinkedHashMap::new, Collectors.toList()));
  }

  private static final class Sum {
    private long points;
    private double errors;
    private ResidentError worst = NONE;

    void add(TimelinePoint library, TimelinePoint twin) {
      long should = library.use().residentBytes().orElseThrow();
      long is = twin.use().residentBytes().orElseThrow();
      double error = (double) Math.abs(is - should) / Math.max(1, should);
      points++;
      errors += error;
      if (error > worst.max) {
        worst = new ResidentError(1, error, error, twin.operation(), should, is);
      }
    }

    ResidentError total() {
      double mean = points == 0 ? 0 : errors / points;
      return new ResidentError(points, worst.max, mean, worst.operation, worst.library, worst.twin);
    }
  }
}
