package heapstakes.fidelity;

import static heapstakes.fidelity.TwinTraces.compared;
import static heapstakes.fidelity.TwinTraces.library;
import static heapstakes.fidelity.TwinTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.replay.TraceSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Twins against their libraries where a trace forks: real processes beside simulated ones. */
class ForkedTwinTest {
  @TempDir Path folder;

  private static String report(Agreement agreement) {
    return new FidelityReport(0).trace(agreement);
  }

  /** Resident aside, of which a library writes more after a fork than its twin shows. */
  private static void assertSame(Agreement agreement) {
    String report = report(agreement);
    assertThat(agreement.addresses().isWhole()).as(report).isTrue();
    assertThat(agreement.breaks().isWhole()).as(report).isTrue();
    assertThat(agreement.counters().isWhole()).as(report).isTrue();
    assertThat(agreement.calls().sameCounts()).as(report).isTrue();
    assertThat(agreement.calls().difference()).as(report).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ptmalloc2,0.0001", "tcmalloc,0.01", "mimalloc,0.01", "jemalloc,0.05"})
  void aProcessForEachTask(String twin, double residentError) throws Exception {
    Agreement agreement =
        compared(library(twin), TraceSource.open("process-per-task:tasks=3,work=2M,data=4M"));
    assertSame(agreement);
    assertThat(agreement.resident().max()).as(report(agreement)).isLessThan(residentError);
  }

  /** A server forks a child that writes its data out, and goes on with writing meanwhile. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"ptmalloc2,0.0001", "tcmalloc,0.01", "mimalloc,0.01", "jemalloc,0.05"})
  void aSnapshotWhileWritesGoOn(String twin, double residentError) throws Exception {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int key = 0; key < 3000; key++) {
      text.append("m ").append(key).append(' ').append(100 + random.nextInt(2000)).append('\n');
    }
    for (int snapshot = 1; snapshot <= 3; snapshot++) {
      text.append("F ").append(snapshot).append('\n');
      for (int step = 0; step < 40; step++) {
        text.append("t ").append(snapshot).append("\nm 3000 16384\nf 3000\nt 0\n");
        for (int write = 0; write < 20; write++) {
          text.append("r ").append(random.nextInt(3000)).append(' ');
          text.append(100 + random.nextInt(2000)).append('\n');
        }
      }
      text.append("P snapshot\nt ").append(snapshot).append("\nX\nt 0\nP done\n");
    }
    Agreement agreement = compared(library(twin), trace(folder, text.toString()));
    assertSame(agreement);
    assertThat(agreement.resident().max()).as(report(agreement)).isLessThan(residentError);
  }

  /** The heaps are small, so that a page of records that the twin does not write is much. */
  @Tag("long")
  @ParameterizedTest(name = "{0}")
  @CsvSource({"ptmalloc2,0.0001", "tcmalloc,0.04", "mimalloc,0.01", "jemalloc,0.08"})
  void processesThatForkAndExitAtRandom(String twin, double residentError) throws Exception {
    for (int seed = 0; seed < 3; seed++) {
      Agreement agreement =
          compared(library(twin), trace(folder, new RandomFamily(seed).text(2000)));
      assertSame(agreement);
      assertThat(agreement.resident().max()).as(report(agreement)).isLessThan(residentError);
    }
  }

  /**
   * Its cache goes back and others get what was in it, be it the first thread of its process, the
   * trace's included, or nobody's turn: that process has just exited.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"ptmalloc2,0.0001", "tcmalloc,0.04", "mimalloc,0.1", "jemalloc,0.08"})
  void threadsExitByTheWordOfAnotherProcess(String twin, double residentError) throws Exception {
    String freed = blocks("m", 100, 200) + blocks("f", 100, 200);
    String taken = blocks("m", 300, 400);
    String text =
        ("m 0 100\nt 3\nm 1 5000\nt 0\n" + freed + "F 1\nF 2\nt 1\n" + freed + "t 4\nm 2 300\n")
            + ("x 0\nt 3\n" + taken + "x 1\nt 4\n" + taken + "X\nx 3\nt 2\n" + taken + "t 5\nX\n");
    Agreement agreement = compared(library(twin), trace(folder, text));
    assertSame(agreement);
    assertThat(agreement.resident().max()).as(report(agreement)).isLessThan(residentError);
  }

  private static String blocks(String op, int from, int to) {
    String size = op.equals("m") ? " 48\n" : "\n";
    return IntStream.range(from, to)
        .mapToObj(slot -> op + " " + slot + size)
        .collect(Collectors.joining());
  }

  /** Processes and threads that come, go and take turns. */
  private static final class RandomFamily {
    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private final List<Process> alive = new ArrayList<>();
    private Process now = new Process(List.of(0), new TreeSet<>());
    private int threads = 1;

    private record Process(List<Integer> threads, TreeSet<Integer> live) {
      Process {
        threads = new ArrayList<>(threads);
        live = new TreeSet<>(live);
      }
    }

    RandomFamily(long seed) {
      random = new Random(seed);
      alive.add(now);
    }

    String text(int lines) {
      for (int i = 0; i < lines; i++) {
        int choice = random.nextInt(40);
        if (choice < 9) {
          another(choice);
        } else if (choice < 27 || now.live.isEmpty()) {
          int slot = random.nextInt(60);
          now.live.add(slot);
          say("r", slot, " " + random.nextInt(random.nextInt(20) == 0 ? 400_000 : 10_000));
        } else {
          Integer slot = now.live.ceiling(random.nextInt(60));
          slot = slot == null ? now.live.first() : slot;
          now.live.remove(slot);
          say("f", slot, "");
        }
      }
      return text.toString();
    }

    private void another(int choice) {
      if (choice == 0 && alive.size() < 5) {
        alive.add(new Process(List.of(threads), now.live));
        say("F", threads++, "");
      } else if (choice == 1) {
        now.threads.add(threads);
        say("t", threads++, "");
      } else if (choice == 2 && now.threads.size() > 1) {
        say("x", now.threads.remove(random.nextInt(now.threads.size())), "");
        say("t", now.threads.getFirst(), "");
      } else if (choice == 4) {
        Process any = alive.get(random.nextInt(alive.size()));
        if (any != now && any.threads.size() > 1) {
          say("x", any.threads.remove(random.nextInt(any.threads.size())), "");
        }
      } else {
        if (choice == 3 && alive.size() > 1) {
          text.append("X\n");
          alive.remove(now);
        }
        now = alive.get(random.nextInt(alive.size()));
        say("t", now.threads.get(random.nextInt(now.threads.size())), "");
      }
    }

    private void say(String op, int number, String rest) {
      text.append(op).append(' ').append(number).append(rest).append('\n');
    }
  }
}
