package heapstakes.workload.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.TraceException;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderAncestorsTest {
  private static final int HEAD_BYTES = 4096;

  @TempDir Path folder;

  /** A file of one process: a malloc of {@code size} bytes at {@code pointer}. */
  private Path record(String name, String parent, long pointer, long size) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(HEAD_BYTES + 32).order(ByteOrder.LITTLE_ENDIAN);
    file.put("HSRECORD".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(5);
    file.putLong(1).putLong(parent.isEmpty() ? 0 : 1);
    file.put(parent.getBytes(StandardCharsets.US_ASCII));
    file.position(HEAD_BYTES);
    file.putLong(1).putLong(pointer).putLong(size);
    return Files.write(folder.resolve(name), file.array());
  }

  @Test
  void aProcessThatIsItsOwnParentIsRefused() throws IOException {
    Path file = record("5.0.raw", "5.0.raw", 64, 1);

    assertThatThrownBy(() -> Traces.open(file.toString()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("5.0.raw, which names itself among its own parents");
  }

  @Test
  void aCircleOfParentsIsRefused() throws IOException {
    record("2.0.raw", "3.0.raw", 64, 1);
    record("3.0.raw", "2.0.raw", 64, 1);
    Path file = record("1.0.raw", "2.0.raw", 64, 1);

    assertThatThrownBy(() -> Traces.open(file.toString()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("names itself among its own parents");
  }

  @Test
  void aLongLineOfForksIsInheritedFromTheFirstOn() throws IOException {
    int generations = 300;
    Path file = record("0.0.raw", "", 64, 1);
    for (int i = 1; i < generations; i++) {
      file = record(i + ".0.raw", i - 1 + ".0.raw", 64 + 16L * i, 1);
    }

    assertThat(Traces.open(file.toString()).summary().peakLiveBlocks()).isEqualTo(generations);
  }
}
