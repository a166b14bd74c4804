package heapstakes.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Region;
import heapstakes.os.Machine;
import heapstakes.replay.BrokenProvider;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TestTraces;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.results.Status;
import heapstakes.results.TimelinePoint;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FootprintMeterTest {
  private static final Machine SIMULATED = Machine.parse("simulated");
  private static final Contestant BUMP = Allocators.parse("bump");

  private static Footprint measure(Contestant contestant, Machine machine, Trace trace) {
    return FootprintMeter.measure(contestant, machine, trace, ReplayOptions.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bump", "ptmalloc2", "tcmalloc"})
  void everySumAgreesWithOneThatIsMadeAnewBehindEachOperation(String name) {
    Contestant contestant = Allocators.parse(name);
    Trace trace = TestTraces.mix(42, 3000, 150, 3);
    NaiveBooks oracle = new NaiveBooks(contestant, trace, 100);
    Footprint footprint = measure(contestant, SIMULATED, trace);
    assertThat(footprint.outcome().status()).isEqualTo(Status.OK);
    assertThat(footprint.outcome().operations()).isEqualTo(oracle.operations);
    assertThat(footprint.space().peak().requestedBytes()).hasValue(oracle.peakRequested);
    assertThat(footprint.space().peak().allocatedBytes()).hasValue(oracle.peakAllocated);
    assertThat(footprint.space().peak().mappedBytes().getAsLong())
        .isGreaterThanOrEqualTo(oracle.peakMapped);
    assertThat(footprint.space().peak().residentBytes().getAsLong())
        .isGreaterThanOrEqualTo(oracle.peakResident);
    assertThat(footprint.space().atPeakResident().residentBytes()).hasValue(oracle.peakResident);
    assertThat(footprint.space().atPeakResident().requestedBytes())
        .hasValue(oracle.requestedAtPeak);
    assertThat(footprint.space().atPeakResident().allocatedBytes())
        .hasValue(oracle.allocatedAtPeak);
    assertThat(footprint.space().end().requestedBytes()).hasValue(oracle.requested);
    assertThat(footprint.space().end().allocatedBytes()).hasValue(oracle.allocated);
    assertThat(footprint.space().end().mappedBytes()).hasValue(oracle.mapped);
    assertThat(footprint.space().end().residentBytes()).hasValue(oracle.resident);
    assertThat(footprint.modelled().orElseThrow().totalNanos()).isEqualTo(oracle.modelled);
    assertThat(footprint.modelled().orElseThrow().percentiles().max()).isEqualTo(oracle.costliest);
    assertThat(footprint.space().residentByteSeconds().getAsDouble())
        .isEqualTo(oracle.byteNanos.movePointLeft(9).doubleValue(), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bump", "ptmalloc2", "tcmalloc"})
  void twoRunsAreEqualToTheLastBit(String name) {
    Contestant contestant = Allocators.parse(name);
    Trace trace = TestTraces.mix(7, 2000, 100, 2);
    assertThat(measure(contestant, SIMULATED, trace))
        .isEqualTo(measure(contestant, SIMULATED, trace));
  }

  @Test
  @Tag("long")
  void bumpIsTheSameOnSimulatedAndOnRealMemory() {
    Machine linux = Machine.parse("linux:metered=true");
    assumeTrue(linux.provider().unavailable().isEmpty(), "needs Linux with 4 KiB pages");
    Trace trace = TestTraces.mix(3, 2000, 100, 2);
    List<@Nullable Region> simulatedBlocks = new ArrayList<>();
    List<@Nullable Region> realBlocks = new ArrayList<>();
    Footprint simulated =
        FootprintMeter.measure(
            BUMP, SIMULATED, trace, ReplayOptions.DEFAULT, collecting(simulatedBlocks));
    Footprint real =
        FootprintMeter.measure(BUMP, linux, trace, ReplayOptions.DEFAULT, collecting(realBlocks));
    assertThat(realBlocks).hasSizeGreaterThan(100).isEqualTo(simulatedBlocks);
    assertThat(real.space().peak()).isEqualTo(simulated.space().peak());
    assertThat(real.space().end()).isEqualTo(simulated.space().end());
    assertThat(real.kernel().calls()).isEqualTo(simulated.kernel().calls());
    assertThat(real.counters()).isEqualTo(simulated.counters());
    assertThat(real.modelled()).isEmpty();
    assertThat(real.kernel().minorFaults()).isEmpty();
  }

  private static FootprintObserver collecting(List<@Nullable Region> blocks) {
    return new FootprintObserver() {
      @Override
      public boolean wantsBlocks() {
        return true;
      }

      @Override
      public void block(long operation, long address, @Nullable Region region) {
        blocks.add(region);
      }
    };
  }

  @Test
  void anAbortOfTheLibraryEndsTheReplayWithOperationAndSlot() {
    Trace trace = TestTraces.of("m 5 10;m 6 10;f 5;f 6;P mark;m 7 10;d 7 0 1;f 7;m 1 1");
    Footprint footprint = measure(BrokenProvider.contestant(), SIMULATED, trace);
    assertThat(footprint.outcome().status()).isEqualTo(Status.ABORTED);
    assertThat(footprint.outcome().detail())
        .isEqualTo("operation 6 of test (f, slot 7): free(): invalid pointer");
    assertThat(footprint.outcome().operations()).isEqualTo(6);
    assertThat(footprint.space().end().residentBytes()).isEmpty();
  }

  @Test
  void aMachineWithoutFramesLeftKillsTheProcessAndThatIsAResult() {
    Machine small = Machine.parse("simulated:ram=64M");
    Footprint footprint =
        measure(BUMP, small, TestTraces.of("m 0 16777216;m 1 31457280;m 2 31457280;f 0"));
    assertThat(footprint.outcome().status()).isEqualTo(Status.OOM_KILLED);
    assertThat(footprint.outcome().operations()).isEqualTo(2);
    assertThat(footprint.space().end().requestedBytes()).isEmpty();
    assertThat(footprint.space().peak().residentBytes().getAsLong())
        .isGreaterThan(16 << 20)
        .isLessThanOrEqualTo(64 << 20);
  }

  @Test
  void gibUntilNullEndsAtTheFirstRefusalWithNothingTouched() {
    // linux-vm.md §8: in mode 2 the commit limit is half of 64 GiB; each block has a header page.
    Footprint footprint =
        measure(
            Allocators.parse("ptmalloc2"),
            Machine.parse("simulated:ram=64G,overcommit=2"),
            TraceSource.open("gib-until-null"));
    assertThat(footprint.outcome().status()).isEqualTo(Status.OK);
    assertThat(footprint.outcome().refused()).isEqualTo(1);
    assertThat(footprint.outcome().operations()).isEqualTo(31 + 1);
    assertThat(footprint.space().end().requestedBytes())
        .hasValue((footprint.outcome().operations() - 1) * (1L << 30));
    assertThat(footprint.space().end().retainedBytes().getAsLong()).isNegative();
  }

  @Test
  void theCurveHasAPointAtEachPhaseMarkAndAtTheEnd() {
    Footprint footprint =
        measure(BUMP, SIMULATED, TestTraces.of("m 0 100;P full;f 0;P empty;@ 50;P later;m 1 1"));
    assertThat(footprint.timeline())
        .extracting(TimelinePoint::phase)
        .containsSubsequence("full", "empty", "later", "");
    assertThat(footprint.timeline().getLast().nanos()).isEqualTo(50);
  }

  @Test
  void timeToReturnRunsFromTheLastFreeUntilMemoryIsGone() {
    // tops of 1 000 000 bytes stay below the mmap threshold only after it has moved; here: trim
    Footprint footprint =
        measure(
            Allocators.parse("ptmalloc2:trim_threshold=1G,mmap_threshold=32M"),
            SIMULATED,
            TestTraces.of("m 0 1000000;@ 10;f 0;@ 1000;m 1 8;@ 500;T 0;@ 10"));
    assertThat(footprint.space().timeToReturn()).isPresent();
    Footprint.TimeToReturn time = footprint.space().timeToReturn().orElseThrow();
    assertThat(time.leftBytes()).isGreaterThan(1_000_000);
    assertThat(time.halfNanos()).hasValue(1500);
    assertThat(time.ninetyPercentNanos()).hasValue(1500);
  }

  @Test
  void memoryOfAProcessThatExitsIsGoneFromTheSums() {
    Footprint footprint =
        measure(BUMP, SIMULATED, TestTraces.of("m 0 8192;F 1;t 1;m 1 4194304;X;t 0;P back;f 0"));
    assertThat(footprint.outcome().status()).isEqualTo(Status.OK);
    assertThat(footprint.space().peak().requestedBytes()).hasValue(8192 + 8192 + 4194304);
    assertThat(footprint.space().end().requestedBytes()).hasValue(0);
    assertThat(footprint.space().end().residentBytes().getAsLong()).isLessThan(100_000);
    assertThat(footprint.space().peak().residentBytes().getAsLong()).isGreaterThan(4194304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bump", "ptmalloc2"})
  void aPhaseMarkRightBehindAForkIsWithinThePeaksThatTheChildMakes(String name) {
    Footprint footprint =
        measure(Allocators.parse(name), SIMULATED, TestTraces.of("m 0 100000;F 1;P forked"));
    TimelinePoint forked =
        footprint.timeline().stream()
            .filter(point -> point.phase().equals("forked"))
            .findFirst()
            .orElseThrow();
    assertThat(forked.use().requestedBytes()).hasValue(200_000);
    // Frames are shared until one of the two writes: the kernel counts the block once.
    assertThat(forked.use().residentBytes().getAsLong()).isBetween(100_000L, 199_999L);
    assertThat(footprint.space().peak().requestedBytes()).hasValue(200_000);
    assertThat(footprint.space().peak().mappedBytes()).isEqualTo(forked.use().mappedBytes());
    assertThat(footprint.space().end().requestedBytes()).hasValue(200_000);
  }

  @Test
  void framesSharedAfterAForkCountOnceUntilTheLastOwnerIsGone() {
    Footprint footprint =
        measure(
            BUMP,
            SIMULATED,
            TestTraces.of("m 0 8388608;F 1;P forked;X;P parent-gone;t 1;P child;m 1 4194304;X"));
    List<Long> resident =
        footprint.timeline().stream()
            .filter(point -> !point.phase().isEmpty())
            .map(point -> point.use().residentBytes().getAsLong())
            .toList();
    assertThat(resident).allMatch(bytes -> bytes > 8388608 && bytes < 8388608 + 100_000);
    assertThat(footprint.space().peak().residentBytes().getAsLong())
        .isBetween(8388608L + 4194304, 8388608L + 4194304 + 100_000);
    assertThat(footprint.space().end().residentBytes()).hasValue(0);
  }

  @Test
  void processesThatTakeTurnsHaveMappedTogetherWhatEachHasMappedAlone() {
    long small = mappedAt("m 0 8192;P x").getFirst();
    long middle = mappedAt("m 0 8192;m 1 4194304;P x").getFirst();
    long large = mappedAt("m 0 8192;m 1 8388608;P x").getFirst();

    assertThat(
            mappedAt(
                "m 0 8192;F 1;F 2;P a;t 1;m 1 4194304;P b;t 2;P c;m 1 8388608;P d;t 0;P e;t 2;X;P f;"
                    + "t 1;P g;X;t 0;P h"))
        .containsExactly(
            3 * small,
            2 * small + middle,
            2 * small + middle,
            small + middle + large,
            small + middle + large,
            small + middle,
            small + middle,
            small);
  }

  private static List<Long> mappedAt(String events) {
    return measure(BUMP, SIMULATED, TestTraces.of(events)).timeline().stream()
        .filter(point -> !point.phase().isEmpty())
        .map(point -> point.use().mappedBytes().getAsLong())
        .toList();
  }

  @Test
  void aForkOnRealMemoryIsRefusedWithAWayOut() {
    Machine linux = Machine.parse("linux");
    assumeTrue(linux.provider().unavailable().isEmpty(), "needs Linux with 4 KiB pages");
    assertThatThrownBy(() -> measure(BUMP, linux, TestTraces.of("m 0 8;F 1;t 1;f 0;X;t 0;f 0")))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("forks")
        .hasMessageContaining("--memory simulated");
  }
}
