package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import heapstakes.trace.TraceException;
import heapstakes.trace.file.Traces;
import heapstakes.workload.imported.RecordedSample;
import heapstakes.workload.sampled.SampledBlock;
import heapstakes.workload.sampled.SampledRecording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program whose calls are known, sampled while it runs. */
@Timeout(120)
class SampledProgramTest extends RecordedPrograms {
  private static final int BLOCKS = 200_000;
  private static final long EVERY = 20_000;

  /** Blocks of 100 bytes, each freed 1000 later, by THREADS at once; one of 1 MB that grows. */
  private static final String PROGRAM =
      """
      #include <pthread.h>
      #include <stdlib.h>
      #include <sys/wait.h>
      #include <unistd.h>
      static void *work(void *unused) {
        static __thread void *last[1000];
        for (int i = 0; i < COUNT; i++) {
          free(last[i % 1000]);
          last[i % 1000] = malloc(100);
        }
        for (int i = 0; i < 1000; last[i++] = NULL) free(last[i]);
        return unused;
      }
      int main(int count, char **words) {
        pthread_t threads[8];
        int n = atoi(words[1]);
        void *large = malloc(1000000);
        for (int i = 0; i < n; i++) pthread_create(&threads[i], NULL, work, NULL);
        for (int i = 0; i < n; i++) pthread_join(threads[i], NULL);
        large = realloc(large, 2000000);
        if (count > 2) {
          work(NULL);
          if (fork()) return wait(NULL) < 0;
          posix_memalign(&large, 32, 3000000);
          work(NULL);
          for (int i = 0; i < COUNT; i++) free(realloc(calloc(1, 100), 60));
        }
        return 0;
      }
      """
          .replace("COUNT", String.valueOf(BLOCKS));

  @BeforeAll
  static void compileProgram() throws Exception {
    Path source = Files.writeString(built.resolve("known.c"), PROGRAM);
    cc("-O0", "-fno-builtin", "-w", "-pthread", "-o", program(), source.toString());
  }

  private static String program() {
    return built.resolve("known").toString();
  }

  private Path raw(Recorder recorder) throws Exception {
    code = recorder.await();
    return recorder.images().getLast().file();
  }

  private SampledRecording sample(int threads) throws Exception {
    List<String> command = List.of(program(), String.valueOf(threads));
    try (Recorder recorder =
        new Recorder(command, folder, RecordingOptions.PLAIN.sampling(EVERY))) {
      RecordedSample.Result result = RecordedSample.read(raw(recorder), "known");
      assertThat(result.unsampled()).isZero();
      return result.recording();
    }
  }

  private static void isTheProgram(SampledRecording recording, int threads) {
    double calls = (double) threads * BLOCKS;
    assertThat((double) recording.requests()).isCloseTo(calls, within(100.0));
    assertThat((double) recording.operations()).isCloseTo(2 * calls, within(100.0));
    List<SampledBlock> small =
        recording.blocks().stream().filter(block -> block.size() == 100).toList();
    double probability = 1 - Math.exp(-100.0 / EVERY);
    assertThat((double) small.size())
        .isCloseTo(calls * probability, within(4 * Math.sqrt(calls * probability)));
    assertThat(small).allMatch(SampledBlock::hasDied);
    // A block's free comes 1000 blocks, so 2000 operations of its own thread, later.
    double lived = small.stream().mapToLong(b -> b.death() - b.birth()).average().orElseThrow();
    assertThat(lived).isBetween(1900.0, 2100.0 * threads + 8 * 1024);
  }

  @Test
  void ofKnownCallsSoManyAreSampledAsTheirBytesSayAndTheirFreesAreSeen() throws Exception {
    SampledRecording recording = sample(1);

    assertThat(code).isZero();
    isTheProgram(recording, 1);
  }

  @Test
  void allThreadsAreSampled() throws Exception {
    SampledRecording recording = sample(3);

    isTheProgram(recording, 3);
    assertThat(recording.blocks().stream().map(SampledBlock::thread).distinct().count())
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void aLargeBlockIsSampledSurelyAndItsResizeIsKnownForOne() throws Exception {
    List<SampledBlock> blocks = sample(1).blocks();

    SampledBlock grown =
        blocks.stream().filter(block -> block.size() == 2_000_000).findFirst().orElseThrow();
    assertThat(blocks.get(grown.previous()).size()).isEqualTo(1_000_000);
    assertThat(blocks.get(grown.previous()).death()).isEqualTo(grown.birth());
    assertThat(grown.hasDied()).isFalse();
  }

  @Test
  void aForkedChildCountsItsOwnCallsAndNotWhatItsParentHadCounted() throws Exception {
    try (Recorder recorder =
        new Recorder(
            List.of(program(), "0", "fork"), folder, RecordingOptions.PLAIN.sampling(EVERY))) {
      assertThat(recorder.await()).isZero();
      List<SampledRecording> both =
          recorder.images().stream()
              .map(image -> RecordedSample.read(image.file(), "known").recording())
              .sorted(Comparator.comparingLong(SampledRecording::requests))
              .toList();

      SampledRecording child = both.getLast();
      assertThat((double) both.getFirst().requests()).isCloseTo(BLOCKS, within(100.0));
      assertThat((double) child.requests()).isCloseTo(3.0 * BLOCKS, within(100.0));
      assertThat((double) child.operations()).isCloseTo(5.0 * BLOCKS, within(100.0));
      double bytes = 3_000_000 + 260.0 * BLOCKS;
      assertThat((double) child.bytes()).isCloseTo(bytes, within(10_000.0));
      SampledBlock aligned =
          child.blocks().stream().filter(b -> b.size() == 3_000_000).findFirst().orElseThrow();
      assertThat(aligned.alignment()).isEqualTo(32);
    }
  }

  @Test
  void neitherIsTakenForTheOther() throws Exception {
    List<String> command = List.of(program(), "1");
    try (Recorder recorder =
        new Recorder(command, folder, RecordingOptions.PLAIN.sampling(EVERY))) {
      Path raw = raw(recorder);
      assertThatThrownBy(() -> Traces.importTo("recorder:" + raw, folder.resolve("x.hsb")))
          .isInstanceOf(TraceException.class)
          .hasMessageContaining("trace sample");
    }
    try (Recorder recorder = new Recorder(command, folder, RecordingOptions.PLAIN)) {
      Path raw = raw(recorder);
      assertThatThrownBy(() -> RecordedSample.read(raw, "known"))
          .isInstanceOf(TraceException.class)
          .hasMessageContaining("no sampled recording");
    }
  }
}
