package heapstakes.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.JavaPool;
import heapstakes.allocator.Lineage;
import heapstakes.cell.LabelledContestant;
import heapstakes.driver.DriverException;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo.Touch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to a JVM and back; pools themselves are in modules that are not always there. */
class PoolProcessTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  /** Of simulated memory, where every figure is there. */
  @Test
  void nothingOfAFootprintIsLostOnTheWayBack() {
    Footprint footprint =
        FootprintMeter.measure(
            Allocators.parse("ptmalloc2"),
            Machine.parse("simulated"),
            TraceSource.open("burst-then-idle"),
            ReplayOptions.DEFAULT);
    Path file = folder.resolve("answer.json");

    PoolAnswer.of(footprint).write(file);

    assertThat(footprint.modelled()).isPresent();
    assertThat(footprint.space().timeToReturn()).isPresent();
    assertThat(PoolAnswer.read(file)).isEqualTo(new PoolAnswer(Optional.of(footprint), ""));
  }

  @Test
  void aRequestIsReadAsItIsWritten() {
    for (Optional<Touch> touch : List.of(Optional.of(Touch.FIRST), Optional.<Touch>empty())) {
      PoolRequest request =
          new PoolRequest(
              "pool:a=1,b=2", folder, "a trace", new ReplayOptions(7, touch), folder.resolve("b"));

      assertThat(PoolRequest.parse(request.words())).isEqualTo(request);
    }
  }

  @Test
  void aJvmThatEndsWithoutAnAnswerIsAFailureThatQuotesIt() {
    Trace trace = TraceSource.open("random:seed=1,operations=10");

    assertThatThrownBy(() -> measure(trace, FootprintObserver.NONE))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("the JVM of unknown-pool ended with exit code 1")
        .hasMessageContaining("no allocator named 'unknown-pool'");
  }

  @Test
  void whatNoPoolCanTellOrDoIsRefusedBeforeAJvmIsStarted() {
    FootprintObserver ofBlocks =
        new FootprintObserver() {
          @Override
          public boolean wantsBlocks() {
            return true;
          }
        };
    Trace trace = TraceSource.open("random:seed=1,operations=10");

    assertThatThrownBy(() -> measure(trace, ofBlocks)).hasMessageContaining("--addresses");
    assertThatThrownBy(() -> measure(TraceSource.open("process-per-task"), FootprintObserver.NONE))
        .hasMessageContaining("forks");
  }

  @Test
  void aPoolIsManagedAndHasAProcessOfItsOwn() {
    LabelledContestant pool = LabelledContestant.of(unknown());

    assertThat(pool.kind()).isEqualTo("managed");
    assertThat(pool.takesAnyMemory()).isFalse();
    assertThat(pool.contestant().provider().needsAProcess()).isTrue();
  }

  private static Footprint measure(Trace trace, FootprintObserver observer)
      throws InterruptedException {
    return PoolProcess.measure(unknown(), trace, ReplayOptions.DEFAULT, PATIENCE, observer);
  }

  /** In no catalogue, so that the other JVM cannot find it. */
  private static Contestant unknown() {
    AllocatorProvider provider =
        new AllocatorProvider() {
          @Override
          public String name() {
            return "unknown-pool";
          }

          @Override
          public Lineage lineage() {
            return new Lineage("pool 1", "a pool");
          }

          @Override
          public Badge badge() {
            return Badge.MANAGED;
          }

          @Override
          public Set<Capability> capabilities() {
            return Set.of(Capability.REUSES_MEMORY);
          }

          @Override
          public Optional<JavaPool> javaPool() {
            return Optional.of(new Unstarted());
          }

          @Override
          public Allocator open(AddressSpace space, Settings settings) {
            throw new UnsupportedOperationException();
          }
        };
    return new Contestant(provider, Settings.defaults("unknown-pool", List.of()));
  }

  private record Unstarted() implements JavaPool {
    @Override
    public List<String> arguments() {
      return List.of();
    }

    @Override
    public AddressSpace memory() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Thread thread(Runnable work) {
      throw new UnsupportedOperationException();
    }
  }
}
