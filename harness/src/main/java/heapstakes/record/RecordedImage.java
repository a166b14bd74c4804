package heapstakes.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one program did in one process.
 *
 * @param process the process
 * @param image from 0, counted up by exec
 * @param calls how many are recorded
 * @param isReplaced whether the process went on to another program
 * @param command its arguments, the first of which names the program; empty if that is not known
 * @param pools which settings of the environment keep interpreters from pools of their own: {@link
 *     OwnPools}
 * @param file the recorder's file
 */
public record RecordedImage(
    long process,
    int image,
    long calls,
    boolean isReplaced,
    List<String> command,
    int pools,
    Path file) {
  private static final int HEAD_BYTES = 4096;
  private static final int CALLS_AT = 16;
  private static final int COMMAND_AT = 296;
  private static final int REPLACED_AT = 1320;
  private static final int POOLS_AT = 1328;

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
          command(head),
          head.getInt(POOLS_AT),
          file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(ByteBuffer head) {
    String words =
        new String(head.array(), COMMAND_AT, REPLACED_AT - COMMAND_AT, StandardCharsets.UTF_8);
    String used = words.replaceAll("\0+$", "");
    return used.isEmpty() ? List.of() : List.of(used.split("\0", -1));
  }

  /** The program's file name without its folders; empty if it is not known. */
  public String program() {
    return command.isEmpty() ? "" : command.getFirst().replaceAll(".*/", "");
  }
}
