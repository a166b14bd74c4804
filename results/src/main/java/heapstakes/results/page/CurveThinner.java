package heapstakes.results.page;

import heapstakes.results.TimelinePoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Leaves so many points of a curve as a screen can show, and what a reader looks for: the first and
 * the last, every phase mark, and of each stretch the highest and lowest point of each curve.
 */
final class CurveThinner {
  private static final List<Function<TimelinePoint, OptionalLong>> CURVES =
      List.of(
          p -> p.use().residentBytes(),
          p -> p.use().requestedBytes(),
          p -> p.use().mappedBytes(),
          TimelinePoint::lazyFreeBytes);
  private static final int KEPT_A_STRETCH = 2 * CURVES.size();

  private CurveThinner() {}

  /**
   * A part of {@code points} in their order.
   *
   * @param most so many points beside marks, first and last; at least 8
   */
  static List<TimelinePoint> thin(List<TimelinePoint> points, int most) {
    if (points.size() <= most) {
      return points;
    }
    TreeSet<Integer> kept = new TreeSet<>(List.of(0, points.size() - 1));
    int stretches = most / KEPT_A_STRETCH;
    for (int i = 0; i < stretches; i++) {
      int from = (int) ((long) points.size() * i / stretches);
      int to = (int) ((long) points.size() * (i + 1) / stretches);
      CURVES.forEach(curve -> keepExtremes(points, from, to, curve, kept));
    }
    for (int i = 0; i < points.size(); i++) {
      if (!points.get(i).phase().isEmpty()) {
        kept.add(i);
      }
    }
    List<TimelinePoint> thinned = new ArrayList<>();
    kept.forEach(i -> thinned.add(points.get(i)));
    return thinned;
  }

  private static void keepExtremes(
      List<TimelinePoint> points,
      int from,
      int to,
      Function<TimelinePoint, OptionalLong> curve,
      TreeSet<Integer> kept) {
    List<Integer> measured =
        IntStream.range(from, to)
            .filter(i -> curve.apply(points.get(i)).isPresent())
            .boxed()
            .toList();
    if (!measured.isEmpty()) {
      Comparator<Integer> order =
          Comparator.comparingLong(i -> curve.apply(points.get(i)).orElseThrow());
      kept.add(Collections.min(measured, order));
      kept.add(Collections.max(measured, order));
    }
  }
}
