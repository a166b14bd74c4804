package heapstakes.results.page;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class CurveThinnerTest {
  private static List<TimelinePoint> points(int count) {
    Random random = new Random(7);
    List<TimelinePoint> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long requested = random.nextInt(1 << 20);
      points.add(
          new TimelinePoint(
              i,
              100L * i,
              i % 997 == 5 ? "mark " + i : "",
              MemoryUse.of(
                  requested,
                  requested,
                  (1 << 22) + random.nextInt(1 << 21),
                  requested + random.nextInt(1 << 21)),
              OptionalLong.of(random.nextLong(requested + 1)),
              OptionalLong.empty()));
    }
    return points;
  }

  @Test
  void keepsWhatAReaderLooksFor() {
    List<TimelinePoint> all = points(10_000);

    List<TimelinePoint> thin = CurveThinner.thin(all, 200);

    List<TimelinePoint> marks = all.stream().filter(p -> !p.phase().isEmpty()).toList();
    assertThat(thin).hasSizeLessThanOrEqualTo(200 + 2 + marks.size()).containsAll(marks);
    assertThat(thin.getFirst()).isSameAs(all.getFirst());
    assertThat(thin.getLast()).isSameAs(all.getLast());
    assertThat(thin).isSortedAccordingTo(Comparator.comparing(TimelinePoint::operation));
    assertThat(all).containsAll(thin);
    assertSameExtremes(all, thin, p -> p.use().residentBytes().orElseThrow());
    assertSameExtremes(all, thin, p -> p.use().requestedBytes().orElseThrow());
    assertSameExtremes(all, thin, p -> p.use().mappedBytes().orElseThrow());
    assertSameExtremes(all, thin, p -> p.lazyFreeBytes().orElseThrow());
  }

  private static void assertSameExtremes(
      List<TimelinePoint> all, List<TimelinePoint> thin, ToLongFunction<TimelinePoint> curve) {
    assertThat(thin.stream().mapToLong(curve).max()).isEqualTo(all.stream().mapToLong(curve).max());
    assertThat(thin.stream().mapToLong(curve).min()).isEqualTo(all.stream().mapToLong(curve).min());
  }

  @Test
  void whatWasNotMeasuredIsNoExtreme() {
    List<TimelinePoint> all = points(1000);
    all.replaceAll(p ->
        p.operation() % 10 == 0
            ? p
            : new TimelinePoint(
                p.operation(),
                p.nanos(),
                "",
                new MemoryUse(
                    p.use().requestedBytes(),
                    p.use().allocatedBytes(),
                    OptionalLong.empty(),
                    OptionalLong.empty()),
                OptionalLong.empty(),
                OptionalLong.empty()));

    List<TimelinePoint> thin = CurveThinner.thin(all, 100);

    long lowest =
        all.stream().flatMapToLong(p -> p.use().residentBytes().stream()).min().orElseThrow();
    assertThat(thin).anyMatch(p -> p.use().residentBytes().orElse(0) == lowest);
  }

  @Test
  void leavesAShortCurveAlone() {
    List<TimelinePoint> all = points(200);

    assertThat(CurveThinner.thin(all, 200)).isEqualTo(all);
  }
}
