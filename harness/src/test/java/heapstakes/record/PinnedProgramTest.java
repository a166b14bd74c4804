package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.explain.BlockGroup;
import heapstakes.explain.BreakPin;
import heapstakes.explain.Experiment;
import heapstakes.explain.Explainer;
import heapstakes.explain.Explanation;
import heapstakes.explain.HeldBlock;
import heapstakes.meter.FootprintObserver;
import heapstakes.meter.ProcessFootprint;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.results.Footprint;
import heapstakes.trace.Trace;
import heapstakes.trace.file.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What pins the memory of {@code pin.c}, which frees all but the block of one function. */
class PinnedProgramTest extends RecordedPrograms {
  private static final long MIB = 1 << 20;

  @BeforeAll
  static void compilePin() throws Exception {
    Path source = Path.of(PinnedProgramTest.class.getResource("pin.c").toURI());
    cc("-O1", "-fno-builtin", "-w", "-o", pin(), source.toString());
  }

  private static String pin() {
    return built.resolve("pin").toString();
  }

  private Trace recorded() throws Exception {
    try (Recorder recorder =
        new Recorder(List.of(pin()), folder, new RecordingOptions(false, 2, false))) {
      recorder.await();
      RecordedImage image = recorder.images().getLast();
      Path made = folder.resolve("pin.hsb");
      return Traces.importTo("recorder:" + image.file(), made).trace();
    }
  }

  @Test
  void theFunctionThatKeptABlockIsNamedAndTheRealLibraryGivesBackWhatWasForetold()
      throws Exception {
    Trace trace = recorded();

    Explanation found =
        new Explainer(
                Allocators.parse("ptmalloc2"),
                Machine.parse("simulated"),
                trace,
                ReplayOptions.DEFAULT,
                step -> {})
            .explain("end");

    BreakPin pin = found.pins().getFirst();
    HeldBlock block = pin.block().orElseThrow();
    assertThat(block.size()).isEqualTo(2000);
    assertThat(found.site(block).replaceAll("\\+0x[0-9a-f]+", ""))
        .isEqualTo("remember (pin) < main (pin)");
    assertThat(found.groups().getFirst())
        .extracting(BlockGroup::by, BlockGroup::blocks)
        .containsExactly("call site", 1L);
    Experiment freed = found.tried(Experiment.Kind.PIN).orElseThrow();
    assertThat(freed.returnedAtOnce()).isGreaterThan(28 * MIB);

    Path freeing = folder.resolve("freeing.hst");
    Traces.importTo(folder.resolve("pin.hsb").toString(), freeing);
    Files.writeString(freeing, Files.readString(freeing) + "f " + block.slot() + "\n");
    long before = endResident(trace);
    long after = endResident(Traces.open(freeing.toString()));
    assertThat(before - after).isCloseTo(freed.returnedAtOnce(), within(MIB / 16));
  }

  /** By the C library of this machine, in a process of its own. */
  private static long endResident(Trace trace) throws InterruptedException {
    Contestant glibc = Allocators.parse("native-glibc");
    Footprint footprint =
        ProcessFootprint.measure(glibc, trace, ReplayOptions.DEFAULT, 0, FootprintObserver.NONE);
    return footprint.space().end().residentBytes().orElseThrow();
  }
}
