package heapstakes.trace.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.EventText;
import heapstakes.trace.RandomTrace;
import heapstakes.trace.TraceException;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  @TempDir Path folder;

  @Test
  void aReadAcrossTheBorderOfTwoWindowsIsWhole() throws IOException {
    Path file = folder.resolve("sparse");
    byte[] text = "across the border".getBytes(StandardCharsets.US_ASCII);
    long position = (1L << 30) - 8;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(position);
      out.write(text);
    }
    byte[] read = new byte[text.length];

    MappedFile mapped = new MappedFile(file);
    mapped.read(position, read, read.length);

    assertThat(mapped.length()).isEqualTo(position + text.length);
    assertThat(read).isEqualTo(text);
  }

  @Test
  void aFileThatIsCutShortWhileItIsReadEndsInAnError() throws IOException {
    Path file = folder.resolve("t.hsb");
    Path text = Files.writeString(folder.resolve("t.hst"), RandomTrace.text(3, 40_000));
    HsbTrace trace = Traces.importTo(text.toString(), file).trace();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(5000);
    }

    assertThatThrownBy(() -> EventText.of(trace))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("t.hsb, byte");
  }
}
