package heapstakes.meter;

import heapstakes.results.TimelinePoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Points of a replay's memory curve: at phase marks, and at evenly spaced operations. Bounded: a
 * trace with more marks than {@link #MAX_MARKS} keeps the first ones.
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

  /** Whether a phase mark still gets a point. */
  boolean hasRoomForMark() {
    return marks < MAX_MARKS;
  }

  /** Appends a point, unless it would repeat the one before. */
  void add(TimelinePoint point) {
    if (points.isEmpty() || !points.getLast().equals(point)) {
      points.add(point);
    }
    if (point.phase().isEmpty()) {
      next = (point.operation() / stride + 1) * stride;
    } else {
      marks++;
    }
  }

  List<TimelinePoint> points() {
    return points;
  }
}
