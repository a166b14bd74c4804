package heapstakes.results.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppendedFileTest {
  private static final int CHUNK = 1 << 16;

  @TempDir private Path temporary;

  /** A file with holes, which takes no room. */
  private Path file(long at, String text) throws IOException {
    Path file = temporary.resolve("file");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), at);
    }
    return file;
  }

  @Test
  void aFileOfMoreThanAnArrayCanHoldLosesItsUnfinishedLineAlone() throws IOException {
    long at = 3L << 30;
    Path file = file(at, "row\ncut");

    AppendedFile.dropUnfinishedLine(file);

    assertThat(Files.size(file)).isEqualTo(at + 4);
  }

  /** Line ends on both sides of where one chunk ends and the next begins. */
  @ParameterizedTest
  @CsvSource({"0, 65535", "0, 65536", "0, 65537", "9, 131072", "65535, 200000"})
  void theLastLineEndIsFoundWhereverItIs(int end, int length) throws IOException {
    Path file = file(length - 1, "x");
    file(end, "\n");

    AppendedFile.dropUnfinishedLine(file);

    assertThat(Files.size(file)).isEqualTo(end + 1);
    AppendedFile.dropUnfinishedLine(file);
    assertThat(Files.size(file)).isEqualTo(end + 1);
  }

  @Test
  void aFileWithoutAnyLineEndGoes() throws IOException {
    Path file = file(2 * CHUNK, "x");

    AppendedFile.dropUnfinishedLine(file);

    assertThat(file).doesNotExist();
  }
}
