package heapstakes.meter;

import heapstakes.results.TimelinePoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Points of a replay's memory curve: at evenly spaced operations, at phase marks, and where memory
 * moved while the program slept. Bounded: of the latter two the first {@link #MAX_MARKS} are kept.
 */
final class Timeline {
  private static final int MAX_MARKS = 10_000;

  private final List<TimelinePoint> points = new ArrayList<>();
  private final long stride;
  private int marks;
  private long next;

  /**
   * @param operations of the whole trace
   * @param spacedPoints about how many points to space evenly
   */
  Timeline(long operations, int spacedPoints) {
    stride = Math.max(1, Math.ceilDiv(operations, spacedPoints));
    next = stride;
  }

  /** Number of operations behind which the coming evenly spaced point is due. */
  long next() {
    return next;
  }

  /** Whether a phase mark, or a move during sleep, still gets a point. */
  boolean hasRoomForMark() {
    return marks < MAX_MARKS;
  }

  /** Appends a point, unless it would repeat the one before. */
  void add(TimelinePoint point) {
    if (points.isEmpty() || !points.getLast().equals(point)) {
      points.add(point);
    }
    if (point.phase().isEmpty() && point.operation() >= next) {
      next = (point.operation() / stride + 1) * stride;
    } else {
      marks++;
    }
  }

  List<TimelinePoint> points() {
    return points;
  }
}
