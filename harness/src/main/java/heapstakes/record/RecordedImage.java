package heapstakes.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What one program did in one process.
 *
 * @param process the process
 * @param image from 0, counted up by exec
 * @param calls how many are recorded
 * @param isReplaced whether the process went on to another program
 * @param file the recorder's file
 */
public record RecordedImage(long process, int image, long calls, boolean isReplaced, Path file) {
  private static final int HEAD_BYTES = 4096;
  private static final int CALLS_AT = 16;
  private static final int REPLACED_AT = 1320;

  static RecordedImage of(Path file) {
    String[] parts = file.getFileName().toString().split("\\.", -1);
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      head.put(in.readNBytes(HEAD_BYTES));
      return new RecordedImage(
          Long.parseLong(parts[0]),
          Integer.parseInt(parts[1]),
          head.getLong(CALLS_AT),
          head.getInt(REPLACED_AT) != 0,
          file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
