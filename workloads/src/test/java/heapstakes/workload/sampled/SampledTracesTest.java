package heapstakes.workload.sampled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceTexts;
import heapstakes.trace.file.Traces;
import heapstakes.trace.profile.TraceProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples, against probabilities; and what is made of them, against the trace that was sampled. */
class SampledTracesTest {
  @TempDir Path folder;

  private Trace trace(List<String> lines) throws IOException {
    return Traces.open("hst:" + Files.write(folder.resolve("t.hst"), lines));
  }

  /** So many blocks of a size, each freed at once. */
  private Trace blocks(int count, long size) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("m 0 " + size);
      lines.add("f 0");
    }
    return trace(lines);
  }

  /** Blocks that pass at once, a queue, a table that grows, and many blocks freed together. */
  private Trace program() throws IOException {
    Random random = new Random(11);
    List<String> lines = new ArrayList<>();
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    List<Integer> together = new ArrayList<>();
    int slot = 1;
    lines.add("m 0 1000");
    for (int i = 0; i < 100_000; i++) {
      int passing = slot++;
      lines.add("m " + passing + " " + (16 + random.nextInt(200)));
      lines.add("f " + passing);
      if (i % 4 == 0) {
        queue.add(slot);
        lines.add("m " + slot++ + " " + (50 + random.nextInt(500)));
        if (queue.size() > 2000) {
          lines.add("f " + queue.remove());
        }
      }
      if (i < 60_000) {
        together.add(slot);
        lines.add("m " + slot++ + " " + (24 + 8 * random.nextInt(8)));
      } else if (i == 60_000) {
        lines.add("P full");
        together.forEach(one -> lines.add("f " + one));
      }
      if (i % 20_000 == 10_000) {
        lines.add("r 0 " + 10 * i);
      }
    }
    lines.add("P done");
    return trace(lines);
  }

  @ParameterizedTest
  @ValueSource(longs = {16, 1000, 8192, 100_000})
  void aBlockIsSampledWithTheProbabilityOfAPoissonProcessOverBytes(long size) throws IOException {
    int count = 40_000;
    long every = 8192;
    double probability = 1 - Math.exp(-(double) size / every);

    SampledRecording recording = BlockSampler.of(blocks(count, size), every, 3);

    double deviation = Math.sqrt(count * probability * (1 - probability));
    assertThat((double) recording.blocks().size())
        .isCloseTo(count * probability, within(4 * deviation + 1));
    assertThat(recording.blocks()).allMatch(block -> block.death() == block.birth() + 1);
    assertThat(recording.requests()).isEqualTo(count);
    assertThat(recording.bytes()).isEqualTo(count * size);
  }

  @Test
  void whatIsMadeOfASampleHasTheProgramsPeakItsPlaceAndItsOperations() throws IOException {
    Trace full = program();
    SampledRecording recording = BlockSampler.of(full, 4096, 1);
    TraceProfile before = TraceProfile.of(full);

    Trace made = SampledTraces.like(recording);
    TraceProfile after = TraceProfile.of(made);

    double error = SampledTraces.standardError(recording);
    assertThat(error).isBetween(0.001, 0.05);
    assertThat((double) after.peakBytes())
        .isCloseTo(before.peakBytes(), within(3 * error * before.peakBytes()));
    assertThat((double) after.peakOperation())
        .isCloseTo(before.peakOperation(), within(0.03 * full.info().operations()));
    assertThat((double) made.info().operations())
        .isCloseTo(full.info().operations(), within(0.03 * full.info().operations()));
    assertThat((double) after.leakedBytes())
        .isCloseTo(before.leakedBytes(), within(0.05 * before.leakedBytes()));
    assertThat(made.info().phases()).containsExactly("full", "done");
  }

  /** Of 4096 bytes one of 1.16 is sampled at one sample in 2 KiB: whole copies would be too few. */
  @Test
  void blocksThatStandForLittleMoreThanOneAreAllThere() throws IOException {
    int count = 20_000;
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("m " + i + " 4096");
      lines.add("m " + count + " 100");
      lines.add("f " + count);
    }
    Trace full = trace(lines);

    TraceProfile after = TraceProfile.of(SampledTraces.like(BlockSampler.of(full, 2048, 1)));

    double peak = TraceProfile.of(full).peakBytes();
    assertThat((double) after.peakBytes()).isCloseTo(peak, within(0.02 * peak));
  }

  /** By the lives of all its blocks, half of which pass at once. */
  @Test
  void lifetimesAreTheProgramsToo() throws IOException {
    Trace full = program();
    var before = TraceProfile.of(full).operationsLived();

    var after =
        TraceProfile.of(SampledTraces.like(BlockSampler.of(full, 1024, 1))).operationsLived();

    assertThat((double) after.quantile(0.75))
        .isCloseTo(before.quantile(0.75), within(0.2 * before.quantile(0.75)));
    assertThat((double) after.quantile(0.95))
        .isCloseTo(before.quantile(0.95), within(0.1 * before.quantile(0.95)));
    assertThat(after.quantile(0.3))
        .isLessThan(60); // at once, in a time that samples cannot tell better
  }

  /** A block of a run's size that comes long after it lies where it keeps the run's pages. */
  @Test
  void runsOfRequestsEndAsSoonAsTheProgramsDo() throws IOException {
    List<String> lines = new ArrayList<>();
    int run = 10_000;
    for (int from : List.of(0, run)) {
      for (int i = from; i < from + run; i++) {
        lines.add("m " + i + " 1032");
      }
      for (int i = from; i < from + run; i++) {
        lines.add("f " + i);
      }
      for (int i = 0; i < 5 * run; i++) {
        lines.add("m 99999 16");
        lines.add("f 99999");
      }
    }

    Trace made = SampledTraces.like(BlockSampler.of(trace(lines), 8192, 3));

    List<Integer> stray = new ArrayList<>();
    int births = 0;
    int operation = 0;
    for (String line : TraceTexts.of(made)) {
      String[] word = line.split(" ", -1);
      int at = operation % (12 * run);
      operation += word[0].matches("[mf]") ? 1 : 0;
      if (word[0].equals("m") && word[2].equals("1032")) {
        births++;
        if (at > run + 800 && at < 11 * run) {
          stray.add(at);
        }
      }
    }
    assertThat((double) births).isCloseTo(2 * run, within(0.1 * run));
    assertThat(stray).isEmpty();
  }

  @Test
  void ofASampleOfEveryByteAllIsAsItWasResizesIncluded() throws IOException {
    List<String> lines =
        List.of("m 0 5000", "c 1 10 900", "t 1", "r 0 90000", "g 2 4096 7000", "t 0", "f 1", "f 2");

    List<String> made = TraceTexts.of(SampledTraces.like(BlockSampler.of(trace(lines), 1, 1)));

    assertThat(made)
        .containsExactly(
            "m 0 5000 0",
            "m 1 9000 0",
            "t 1 0 0",
            "r 0 90000 0",
            "g 2 7000 4096",
            "t 0 0 0",
            "f 1 0 0",
            "f 2 0 0");
  }

  @Tag("long")
  @Test
  void theSameSampleIsTheSameAgainAndAnotherSeedGivesAnother() throws IOException {
    Trace full = program();
    SampledRecording one = BlockSampler.of(full, 4096, 1);

    assertThat(BlockSampler.of(full, 4096, 1)).isEqualTo(one);
    assertThat(BlockSampler.of(full, 4096, 2)).isNotEqualTo(one);
    assertThat(TraceTexts.of(SampledTraces.like(one)))
        .isEqualTo(TraceTexts.of(SampledTraces.like(one)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"program.hss", "program.hss.zst", "program.hss.gz"})
  void aFileHasAllOfIt(String name) throws IOException {
    SampledRecording recording = BlockSampler.of(program(), 4096, 1);
    Path file = folder.resolve(name);
    recording.write(file);

    SampledRecording read = SampledRecording.read(file);

    assertThat(read.name()).isEqualTo("program");
    assertThat(read.blocks()).isEqualTo(recording.blocks());
    assertThat(read.marks()).isEqualTo(recording.marks());
    assertThat(List.of(read.every(), read.operations(), read.requests(), read.bytes()))
        .isEqualTo(
            List.of(
                recording.every(),
                recording.operations(),
                recording.requests(),
                recording.bytes()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s 5 1 0 0 0\ns 4 1 0 0 0",
        "s 5 1 0 0 2",
        "f 1 3 0",
        "s 5 1 0 0 0\nf 1 4 0",
        "s 5 1 0 0 0\nf 1 6 0\nf 1 7 0",
        "s 5 1 0 0",
        "s 5 -1 0 0 0",
        "q 5"
      })
  void whatIsMalformedIsRefusedWithItsLine(String lines) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bad.hss"), "#heapstakes-sample 1\na 100 9 9 900 1\n" + lines + "\n");
    int last = 2 + (int) lines.lines().count();

    assertThatThrownBy(() -> SampledRecording.read(file))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(String.format(Locale.ROOT, "line %d", last));
  }

  @Test
  void aTraceOfSeveralProcessesAndASampleOfNothingAreRefused() throws IOException {
    Trace forks = trace(List.of("m 0 8", "F 1", "t 1", "f 0"));
    SampledRecording nothing = BlockSampler.of(blocks(1, 1), 1L << 40, 1);

    assertThatThrownBy(() -> BlockSampler.of(forks, 1, 1)).hasMessageContaining("forks");
    assertThatThrownBy(() -> SampledTraces.like(nothing)).hasMessageContaining("no sampled block");
  }
}
