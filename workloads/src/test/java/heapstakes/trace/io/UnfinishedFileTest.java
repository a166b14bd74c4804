package heapstakes.trace.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a trace's output path may be besides a file. */
@Timeout(60)
class UnfinishedFileTest {
  private static final String TEXT = "#heapstakes-trace 1\nm 0 10\nf 0\n";

  @TempDir private Path folder;

  private Trace trace() throws IOException {
    Path file = folder.resolve("in.hst");
    return Traces.open(Files.writeString(file, TEXT).toString());
  }

  @Test
  void aLinkStaysAndItsTargetIsReplaced() throws Exception {
    Path target = Files.writeString(folder.resolve("target.hst"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.hst"), Path.of("target.hst"));

    Traces.save(trace(), link);

    assertThat(link).isSymbolicLink();
    assertThat(target).hasContent(TEXT);
  }

  @Test
  void aFifoGetsTheTextAndStays() throws Exception {
    Path fifo = folder.resolve("fifo.hst");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(() -> {
          try {
            return Files.readString(fifo);
          } catch (IOException e) {
            return e.toString();
          }
        });

    Traces.save(trace(), fifo);

    assertThat(read.get()).isEqualTo(TEXT);
    assertThat(Files.readAttributes(fifo, "isOther")).containsEntry("isOther", true);
  }

  @Test
  void theBinaryFormIsNotWrittenToADevice() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("null.hsb"), Path.of("/dev/null"));

    assertThatThrownBy(() -> Traces.save(trace(), link))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("null.hsb")
        .hasMessageContaining("a device or a FIFO");
    assertThat(Files.readAttributes(Path.of("/dev/null"), "isOther"))
        .containsEntry("isOther", true);
  }

  @Test
  void whatIsNotFinishedLeavesTheOldFileAndNothingBesideIt() throws Exception {
    Path file = Files.writeString(folder.resolve("out.hst"), "old");

    try (UnfinishedFile unfinished = new UnfinishedFile(file)) {
      Files.writeString(unfinished.path(), "new");
    }

    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
