package heapstakes.workload.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceTexts;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is generated, against counts of the source's lines that are made here. */
class ProfiledTracesTest {
  private static final int OPERATIONS = 400_000;

  /**
   * Kolmogorov's bound: of n draws the empirical distribution is farther from the true one than
   * 1.95 / √n with a probability of 0.001 (less if values repeat, as sizes do).
   */
  private static final double KOLMOGOROV = 1.95;

  @TempDir Path folder;
  private String text = "";
  private Trace source = noTrace();

  private static Trace noTrace() {
    return ProfiledTraces.of("service", 1 << 20, 1, 1);
  }

  /** Blocks that live on, a queue of blocks, and many that are freed at once. */
  @BeforeEach
  void makeSource() throws IOException {
    Random random = new Random(5);
    StringBuilder lines = new StringBuilder();
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    int next = 0;
    for (int i = 0; i < 60_000; i++) {
      int small = next++;
      lines.append(
          String.format(Locale.ROOT, "m %d %d\nf %d\n", small, 1 + random.nextInt(64), small));
      if (i % 3 == 0) {
        queue.add(next);
        lines.append(
            String.format(Locale.ROOT, "c %d 2 %d\n", next++, 50 * (1 + random.nextInt(40))));
      }
      if (queue.size() > 500) {
        lines.append(String.format(Locale.ROOT, "f %d\n", queue.remove()));
      }
      if (i % 100 == 0) {
        lines.append(String.format(Locale.ROOT, "m %d %d\n", next++, 10_000 + random.nextInt(3)));
      }
    }
    text = lines.toString();
    source = Traces.open("hst:" + Files.writeString(folder.resolve("source.hst"), text));
  }

  @Test
  void sizesUnderLoadAreDistributedAsInTheSource() {
    Map<Long, Long> drawn = underLoad(TraceTexts.of(ProfiledTraces.like(source, 0, OPERATIONS, 1)));

    long draws = drawn.values().stream().mapToLong(Long::longValue).sum();
    assertThat(draws).isEqualTo(OPERATIONS / 2);
    assertThat(distance(requests(text.lines().toList()), drawn))
        .isLessThan(KOLMOGOROV / Math.sqrt(draws));
  }

  /** What passes, at most 32 blocks at a time, comes on top of what is live at the peak. */
  @Test
  void thePeakIsTheSourcesWithinOnePerCent() {
    long peak = source.info().peakRequestedBytes();

    assertThat(ProfiledTraces.like(source, 0, OPERATIONS, 1).info().peakRequestedBytes())
        .isBetween(peak, peak + peak / 100);
    assertThat(ProfiledTraces.like(source, 2 * peak, OPERATIONS, 1).info().peakRequestedBytes())
        .isBetween(2 * peak - peak / 50, 2 * peak + peak / 50);
  }

  @Test
  void asManyBlocksAsInTheSourceDieYoungAndAsManyLiveLong() {
    List<String> generated = TraceTexts.of(ProfiledTraces.like(source, 0, OPERATIONS, 1));
    List<Integer> there = lifetimes(text.lines().toList());
    List<Integer> here = lifetimes(generated);

    assertThat(share(here, 8)).isEqualTo(share(there, 8), within(0.02));
    // The queue's blocks lived 500 requests of a third; here they do so on average.
    assertThat(share(here, 100)).isEqualTo(share(there, 100), within(0.03));
  }

  @Test
  void theSameArgumentsGiveTheSameEvents() {
    List<String> one = TraceTexts.of(ProfiledTraces.like(source, 0, 10_000, 1));

    assertThat(TraceTexts.of(ProfiledTraces.like(source, 0, 10_000, 1))).isEqualTo(one);
    assertThat(TraceTexts.of(ProfiledTraces.like(source, 0, 10_000, 2))).isNotEqualTo(one);
  }

  @Test
  void aFleetsProfileIsDrawnByItsRatesAndFilledToWhatIsAskedFor() throws IOException {
    Random random = new Random(7);
    StringBuilder csv = new StringBuilder();
    Map<Long, Long> rates = new TreeMap<>();
    for (long size = 8; size < 8000; size += 8) {
      long rate = 1 + random.nextInt(1000);
      rates.put(size, rate);
      csv.append(String.format(Locale.ROOT, "%d, %d.0, %d\n", size, rate, 1 + random.nextInt(200)));
    }
    Path file = Files.writeString(folder.resolve("fleet.csv"), csv);
    Trace trace = ProfiledTraces.of(file.toString(), 64 << 20, OPERATIONS, 3);

    assertThat(distance(rates, underLoad(TraceTexts.of(trace))))
        .isLessThan(KOLMOGOROV / Math.sqrt(OPERATIONS / 2.0));
    assertThat(trace.info().peakRequestedBytes() / (double) (64 << 20)).isEqualTo(1, within(0.02));
  }

  @Test
  void whatRequestsNothingIsRefused() throws IOException {
    Trace nothing = Traces.open("hst:" + Files.writeString(folder.resolve("n.hst"), "T\n"));

    assertThatThrownBy(() -> ProfiledTraces.like(nothing, 0, 1, 1))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("requests no block");
  }

  /** Requests between the first two phase marks. */
  private static Map<Long, Long> underLoad(List<String> events) {
    List<Integer> marks = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).startsWith("P")) {
        marks.add(i);
      }
    }
    return requests(
        events.subList(marks.get(0), marks.get(1)).stream()
            .map(event -> event.startsWith("m") ? event.replaceFirst(" 0$", "") : event)
            .toList());
  }

  private static Map<Long, Long> requests(List<String> lines) {
    Map<Long, Long> counts = new TreeMap<>();
    for (String line : lines) {
      String[] word = line.split(" ");
      if (word[0].equals("m") || word[0].equals("c")) {
        long size = Long.parseLong(word[word.length - 1]) * (word[0].equals("c") ? 2 : 1);
        counts.merge(size, 1L, Long::sum);
      }
    }
    return counts;
  }

  /** The largest distance of the two cumulative distributions. */
  private static double distance(Map<Long, Long> one, Map<Long, Long> other) {
    double all = one.values().stream().mapToLong(Long::longValue).sum();
    double allOther = other.values().stream().mapToLong(Long::longValue).sum();
    TreeSet<Long> sizes = new TreeSet<>(one.keySet());
    sizes.addAll(other.keySet());
    double distance = 0;
    double difference = 0;
    for (long size : sizes) {
      difference += one.getOrDefault(size, 0L) / all - other.getOrDefault(size, 0L) / allOther;
      distance = Math.max(distance, Math.abs(difference));
    }
    return distance;
  }

  private static List<Integer> lifetimes(List<String> lines) {
    Map<String, Integer> born = new HashMap<>();
    List<Integer> lifetimes = new ArrayList<>();
    int operation = 0;
    for (String line : lines) {
      String[] word = line.split(" ");
      switch (word[0]) {
        case "m", "c" -> born.put(word[1], operation++);
        case "f" -> lifetimes.add(operation++ - Objects.requireNonNull(born.remove(word[1])));
        default -> {}
      }
    }
    return lifetimes;
  }

  private static double share(List<Integer> lifetimes, int upTo) {
    return lifetimes.stream().filter(lived -> lived <= upTo).count() / (double) lifetimes.size();
  }
}
