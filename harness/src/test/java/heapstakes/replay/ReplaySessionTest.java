package heapstakes.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.Lineage;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaySessionTest {
  private static ReplaySession session(Contestant contestant, String memory, Trace trace) {
    return new ReplaySession(contestant, Machine.parse(memory), trace, ReplayOptions.DEFAULT);
  }

  @Test
  void onlyWhatFollowsThePopulatedMarkIsRun() {
    Trace trace = TestTraces.of("m 0 9;m 1 9;P populated;f 0;m 2 9;f 1;P populated;f 2");
    try (ReplaySession session = session(Allocators.parse("ptmalloc2"), "simulated", trace)) {
      for (int round = 0; round < 3; round++) {
        session.prepare();
        assertThat(session.pass().operations()).isEqualTo(2);
        assertThat(session.run(() -> false)).isEqualTo(4);
        session.finish();
      }
    }
  }

  @Test
  void leftoversAreFreedBetweenRoundsSoThatARoundFindsTheHeapAsTheFirstDid() {
    Trace trace = TestTraces.mix(5, 2000, 80, 3);
    try (ReplaySession session = session(Allocators.parse("ptmalloc2"), "simulated", trace)) {
      session.prepare();
      session.run(() -> false);
      session.finish();
      assertThat(session.heap().slots()).containsOnly(0);
      session.prepare();
      assertThat(session.run(() -> false)).isEqualTo(trace.info().operations());
      session.finish();
    }
  }

  @Test
  void aTraceThatMovesTheBreakIsRefusedWhereThereIsNone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("moving.hst");
    Files.writeString(file, "#heapstakes-trace 1\nm 0 100\nb 4096\nf 0\n");
    Trace trace = TraceSource.open(file.toString());
    Contestant ntheap = Allocators.parse("ntheap");

    try (ReplaySession session = session(ntheap, "simulated:kernel=nt", trace)) {
      assertThatThrownBy(session::prepare)
          .isInstanceOf(TraceException.class)
          .hasMessageContainingAll("moves the program break", "simulated Linux");
    }
    try (ReplaySession session = session(ntheap, "simulated", trace)) {
      session.prepare();
      assertThat(session.run(() -> false)).isEqualTo(2);
      session.finish();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simulated", "linux"})
  void anAllocatorThatNeverReusesStartsEachRoundAtTheInitialBreak(String memory) {
    try (ReplaySession session =
        session(Allocators.parse("bump"), memory, TestTraces.of("m 0 100;m 1 9000000"))) {
      long first = 0;
      for (int round = 0; round < 3; round++) {
        session.prepare();
        session.run(() -> false);
        long address = session.heap().slots()[0];
        assertThat(first == 0 || first == address).isTrue();
        first = address;
        session.finish();
      }
    }
  }

  @Test
  void aDamagedHeapIsToldWithOperationAndSlot() {
    Trace trace = TestTraces.of("m 4 9;m 3 9;P x;f 4;f 3;m 2 9;f 2");
    try (ReplaySession session = session(BrokenProvider.contestant(), "simulated", trace)) {
      session.prepare();
      assertThatThrownBy(() -> session.run(() -> false))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessage("operation 5 of test (f, slot 2): free(): invalid pointer");
    }
  }

  /** To be asked, a real library would be loaded with its defaults, and take no settings later. */
  @Test
  void aContestantIsNotAskedForItsVersionBeforeItIsOpened() {
    AllocatorProvider bump = Allocators.parse("bump").provider();
    AllocatorProvider silent =
        new AllocatorProvider() {
          @Override
          public String name() {
            return "silent";
          }

          @Override
          public Lineage lineage() {
            throw new IllegalStateException("it was asked");
          }

          @Override
          public Set<Capability> capabilities() {
            return bump.capabilities();
          }

          @Override
          public Allocator open(AddressSpace space, Settings settings) {
            return bump.open(space, Allocators.parse("bump").settings());
          }
        };
    Contestant contestant = new Contestant(silent, Settings.defaults("silent", List.of()));
    try (ReplaySession session = session(contestant, "simulated", TestTraces.of("m 0 9;f 0"))) {
      session.prepare();
      assertThat(session.run(() -> false)).isEqualTo(2);
      session.finish();
    }
  }
}
