package heapstakes.fidelity;

import heapstakes.results.TimelinePoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  /** Compares the points that both curves have. */
  static ResidentError of(List<TimelinePoint> library, List<TimelinePoint> twin) {
    Map<Moment, TimelinePoint> real = new HashMap<>();
    library.forEach(point -> real.put(Moment.of(point), point));
    ResidentError worst = NONE;
    double sum = 0;
    long points = 0;
    for (TimelinePoint point : twin) {
      TimelinePoint other = real.get(Moment.of(point));
      if (other == null
          || other.use().residentBytes().isEmpty()
          || point.use().residentBytes().isEmpty()) {
        continue;
      }
      long is = point.use().residentBytes().getAsLong();
      long should = other.use().residentBytes().getAsLong();
      double error = (double) Math.abs(is - should) / Math.max(1, should);
      sum += error;
      points++;
      if (error > worst.max) {
        worst = new ResidentError(points, error, 0, point.operation(), should, is);
      }
    }
    return new ResidentError(
        points,
        worst.max,
        points == 0 ? 0 : sum / points,
        worst.operation,
        worst.library,
        worst.twin);
  }
}
