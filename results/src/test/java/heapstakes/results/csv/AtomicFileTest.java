package heapstakes.results.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.results.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private static void write(Path file, String text) {
    AtomicFile.write(file, writer -> writer.append(text));
  }

  private static boolean isSpecial(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  private static boolean run(String... words) throws Exception {
    return new ProcessBuilder(words).start().waitFor() == 0;
  }

  @Test
  void aLinkStaysAndItsTargetIsReplaced() throws IOException {
    Path target = Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("t"), "old");
    Path inner = Files.createSymbolicLink(folder.resolve("inner"), Path.of("a/t"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), inner);
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("a/none"));

    write(link, "new");
    write(dangling, "made");

    assertThat(link).isSymbolicLink();
    assertThat(inner).isSymbolicLink();
    assertThat(target).hasContent("new");
    assertThat(dangling).isSymbolicLink();
    assertThat(folder.resolve("a/none")).hasContent("made");
  }

  @Test
  void whatIsCutShortLeavesTheOldBytesAndNothingElse() throws IOException {
    Path file = Files.write(folder.resolve("chart.png"), new byte[] {1, 2, 3});

    assertThatThrownBy(() ->
            AtomicFile.writeBytes(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(OutputException.class);
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder).isDirectoryContaining(found -> found.equals(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }

    AtomicFile.writeBytes(file, out -> out.write(new byte[] {(byte) 0xff, 0}));
    assertThat(file).hasBinaryContent(new byte[] {(byte) 0xff, 0});
  }

  @Test
  void linksInACircleAndDirectoriesAreRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
    Path directory = Files.createDirectory(folder.resolve("directory"));

    assertThatThrownBy(() -> write(folder.resolve("one"), "x"))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("circle");
    assertThatThrownBy(() -> write(directory, "x"))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> write(folder.resolve("none/x"), "x"))
        .isInstanceOf(OutputException.class)
        .hasMessageContainingAll("none/x", "directory does not exist");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  @Timeout(60)
  void aFifoIsWrittenToAndStaysOne() throws Exception {
    Path fifo = folder.resolve("fifo");
    assumeThat(run("mkfifo", fifo.toString())).as("mkfifo").isTrue();
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(() -> {
          try {
            return Files.readString(fifo);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });

    write(fifo, "through");

    assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("through");
    assertThat(isSpecial(fifo)).isTrue();
  }

  /** As /dev/full, in a folder where it does no harm to replace it. */
  @Test
  void aDeviceIsWrittenToAndStaysOne() throws Exception {
    Path full = folder.resolve("full");
    Path nothing = folder.resolve("null");
    assumeThat(run("mknod", full.toString(), "c", "1", "7")).as("may make devices").isTrue();
    assumeThat(run("mknod", nothing.toString(), "c", "1", "3")).isTrue();

    write(nothing, "gone");
    assertThatThrownBy(() -> write(full, "x"))
        .isInstanceOf(OutputException.class)
        .hasMessageContainingAll(full.toString(), "No space left on device");

    assertThat(isSpecial(nothing)).isTrue();
    assertThat(isSpecial(full)).isTrue();
  }

  /** With one temporary name for all, one writer's content ends up in another's file. */
  @Test
  void writersOfOneFileDoNotMixTheirContents() throws IOException {
    Path file = folder.resolve("f");
    List<String> contents =
        IntStream.range(0, 64).mapToObj(i -> Integer.toString(i).repeat(20_000)).toList();

    contents.parallelStream().forEach(text -> write(file, text));

    assertThat(contents).contains(Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void nothingIsLeftWhenTheContentFailsInAnyWay() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "old");

    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                writer -> {
                  writer.append("half");
                  throw new IllegalStateException("of the trace");
                }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
