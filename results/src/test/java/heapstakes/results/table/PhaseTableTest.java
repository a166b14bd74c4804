package heapstakes.results.table;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.CellKey;
import heapstakes.results.KernelWork;
import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhaseTableTest {
  private static final long MIB = 1 << 20;
  private final SequencedMap<CellKey, List<TimelinePoint>> timelines = new LinkedHashMap<>();

  private static CellKey key(String allocator) {
    return new CellKey(allocator, "", "work", "simulated", 1);
  }

  private static TimelinePoint point(
      String phase, long requested, long mapped, long resident, long lazy, long calls) {
    return new TimelinePoint(
        1,
        1,
        phase,
        MemoryUse.of(requested * MIB, requested * MIB, mapped * MIB, resident * MIB),
        OptionalLong.of(lazy * MIB),
        OptionalLong.of(0),
        new KernelWork(OptionalLong.of(calls), OptionalLong.of(0), OptionalLong.of(calls * 1000)));
  }

  private List<String> render() {
    return new PhaseTable(Style.PLAIN)
        .render(timelines)
        .lines()
        .map(line -> line.strip().replaceAll(" +", " "))
        .toList();
  }

  @Test
  void aMarkThatATerminalWouldObeyIsShownInstead() {
    timelines.put(key("a"), List.of(point("\033[31mred", 10, 12, 11, 0, 5)));

    assertThat(render()).contains("\\u001b[31mred requested 10.0 MiB");
  }

  @Test
  void whatTheKernelDidIsCountedFromTheMarkBefore() {
    timelines.put(
        key("a"),
        List.of(
            point("busy", 10, 12, 11, 0, 5),
            point("", 9, 12, 11, 0, 6),
            point("idle", 0, 12, 3, 0, 9)));
    timelines.put(
        key("b"), List.of(point("busy", 10, 20, 15, 0, 1), point("idle", 0, 20, 15, 0, 1)));

    assertThat(render())
        .containsExactly(
            "memory at the mark, MiB kernel since the mark before",
            "phase by phase mapped resident calls modelled",
            "busy requested 10.0 MiB",
            "a 12.0 11.0 5 5.00 µs",
            "b 20.0 15.0 1 1.00 µs",
            "idle requested 0 B",
            "a 12.0 3.00 4 4.00 µs",
            "b: as before");
  }

  @Test
  void whatIsOnlyReservedDoesNotSetTheUnit() {
    timelines.put(key("a"), List.of(point("busy", 10, 184_320, 11, 0, 5)));

    assertThat(render())
        .contains(
            "memory at the mark, MiB kernel since the mark before", "a 184320 11.0 5 5.00 µs");
  }

  @Test
  void lazilyFreedMemoryAndWhoNeverCameThereAreShown() {
    timelines.put(
        key("a"), List.of(point("busy", 10, 12, 11, 0, 5), point("idle", 0, 12, 11, 8, 6)));
    timelines.put(key("b"), List.of(point("busy", 10, 20, 15, 0, 1)));

    assertThat(render())
        .contains("phase by phase mapped resident lazily freed calls modelled")
        .contains("a 12.0 11.0 8.00 1 1.00 µs")
        .endsWith("b: did not come here");
  }

  @Test
  void aRealLibraryHasNoModelledCost() {
    timelines.put(
        key("native-a"),
        List.of(
            new TimelinePoint(
                1,
                1,
                "busy",
                MemoryUse.of(MIB, MIB, 2 * MIB, 2 * MIB),
                OptionalLong.empty(),
                OptionalLong.empty())));

    assertThat(render())
        .containsExactly(
            "memory at the mark, MiB",
            "phase by phase mapped resident",
            "busy requested 1.00 MiB",
            "native-a 2.00 2.00");
  }

  @Test
  void withoutMarksThereIsNoTable() {
    timelines.put(key("a"), List.of(point("", 1, 1, 1, 0, 1)));

    assertThat(render()).isEmpty();
  }

  @Test
  void veryManyMarksAreLeftToTheFile() {
    timelines.put(
        key("a"),
        IntStream.range(0, 100).mapToObj(i -> point("p" + i, i + 1, i + 1, i + 1, 0, i)).toList());

    assertThat(render()).endsWith("40 more marks are in timeline.csv");
  }
}
