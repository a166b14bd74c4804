package heapstakes.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Region;
import heapstakes.driver.Location;
import heapstakes.os.Syscall;
import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  /** JSON names them in this order, and is to be equal from run to run. */
  @Test
  void callsAreInTheOrderOfTheirKindsHoweverTheyWereCounted() {
    Map<Syscall, Long> counts = new LinkedHashMap<>();
    List.of(Syscall.values()).reversed().forEach(kind -> counts.put(kind, 1L));

    Agreement.Calls calls = new Agreement.Calls(counts, counts, Optional.empty());

    assertThat(calls.library().keySet()).containsExactly(Syscall.values());
    assertThat(calls.twin().keySet()).containsExactly(Syscall.values());
  }

  private static Stretch stretch(long base, Region... regions) {
    Stretch stretch = new Stretch(100);
    for (Region region : regions) {
      stretch.locations[stretch.count] = Location.of(region);
      stretch.addresses[stretch.count] = base + region.offset();
      stretch.count++;
    }
    return stretch;
  }

  @Test
  void mappedBlocksAreFollowedByTheirDistance() {
    Region one = new Region("mmap", 16);
    Region two = new Region("heap1", 0xb70);
    TwinComparison comparison = new TwinComparison();

    comparison.add(stretch(0x9000, one, two, one), stretch(0x4000, one, two, one));
    comparison.add(stretch(0xa000, one), stretch(0x4000, one));

    assertThat(comparison.addresses()).isEqualTo(new Share(4, 4));
    assertThat(comparison.placements()).isEqualTo(new Share(3, 4));
    assertThat(comparison.first()).isEmpty();
  }

  @Test
  void aBreakThatDiffersIsADifferenceOfItsOwn() {
    Stretch library = stretch(0, new Region("brk", 16), new Region("brk", 48));
    Stretch twin = stretch(0, new Region("brk", 16), new Region("brk", 48));
    library.breaks[1] = 4096;
    TwinComparison comparison = new TwinComparison();

    comparison.add(library, twin);

    assertThat(comparison.addresses()).isEqualTo(new Share(2, 2));
    assertThat(comparison.breaks()).isEqualTo(new Share(1, 2));
    assertThat(comparison.first().orElseThrow().operation()).isEqualTo(101);
  }

  @Test
  void whatOnlyOneSideDidIsNotEqual() {
    TwinComparison comparison = new TwinComparison();
    comparison.add(stretch(0, new Region("brk", 16), new Region("brk", 48)), new Stretch(100));

    assertThat(comparison.addresses()).isEqualTo(new Share(0, 2));
  }

  @Test
  void logsOfCallsAreComparedAcrossStretches() {
    KernelCall grow = KernelCall.brk(1, 0x21000);
    KernelCall map = new KernelCall(2, Syscall.MMAP, KernelCall.ELSEWHERE, 8192, 3);
    CallComparison calls = new CallComparison();

    calls.add(List.of(grow), List.of());
    calls.add(List.of(map), List.of(grow, map));
    assertThat(calls.difference()).isEmpty();

    calls.add(List.of(), List.of(map));
    assertThat(calls.difference())
        .contains(new CallDifference("no further call", "operation 2: mmap(…, 8192, 3)"));
    assertThat(calls.library()).containsEntry(Syscall.MMAP, 1L);
    assertThat(calls.twin()).containsEntry(Syscall.MMAP, 2L);
  }

  @Test
  void curvesAreComparedWhereBothHaveAPoint() {
    List<TimelinePoint> library =
        List.of(point(10, "", 1000), point(15, "mark", 2000), point(20, "", 4000));
    List<TimelinePoint> twin =
        List.of(
            point(10, "", 1000), point(15, "", 99), point(15, "mark", 1500), point(20, "", 4200));

    ResidentError error = ResidentError.of(library, twin);

    assertThat(error.points()).isEqualTo(3);
    assertThat(error.max()).isEqualTo(0.25);
    assertThat(error.mean()).isEqualTo((0.25 + 0.05) / 3);
    assertThat(error.operation()).isEqualTo(15);
    assertThat(error.library()).isEqualTo(2000);
    assertThat(error.twin()).isEqualTo(1500);
  }

  private static TimelinePoint point(long operation, String phase, long resident) {
    return new TimelinePoint(
        operation,
        0,
        phase,
        MemoryUse.of(0, 0, resident, resident),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
