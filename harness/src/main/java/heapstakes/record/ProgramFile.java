package heapstakes.record;

import heapstakes.driver.DriverException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The file that a command starts, looked at beforehand: nothing is preloaded into some, and that
 * should not show after hours.
 */
public final class ProgramFile {
  private static final int HEAD_BYTES = 64;
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final int CLASS_AT = 4;
  private static final int CLASS_64 = 2;
  private static final int MACHINE_AT = 18;
  private static final int MACHINE_X86_64 = 62;
  private static final int SEGMENTS_AT = 32;
  private static final int SEGMENT_BYTES = 56;
  private static final int SEGMENT_COUNT_AT = 56;
  private static final int SEGMENT_INTERPRETER = 3;
  private static final int SET_USER = 04000;
  private static final int SET_GROUP = 02000;

  private ProgramFile() {}

  /**
   * Does nothing if something can be preloaded into {@code command}.
   *
   * @param path the folders in which it is looked for, separated by colons
   * @throws DriverException when it is missing or nothing can be preloaded; says why
   */
  public static void check(String command, String path) {
    Path file = find(command, path);
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer head = ByteBuffer.wrap(in.readNBytes(HEAD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
      if (isElf(head)) {
        checkElf(file, head, in);
        checkRights(file);
      }
    } catch (IOException e) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be read: %s\n  Choose a program that you may read.",
              file,
              e.getMessage()));
    }
  }

  /**
   * The file that {@code command} starts.
   *
   * @param path the folders in which it is looked for, separated by colons
   * @throws DriverException when there is none
   */
  public static Path find(String command, String path) {
    Stream<Path> places =
        command.contains("/")
            ? Stream.of(Path.of(command))
            : Stream.of(path.split(":", -1)).map(folder -> Path.of(folder, command));
    return places
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .orElseThrow(() ->
            new DriverException(
                String.format(
                    Locale.ROOT,
                    "%s is no program that can be run%s.\n  Correct the command that stands behind --",
                    command,
                    command.contains("/") ? "" : " (PATH=" + path + ")")));
  }

  private static boolean isElf(ByteBuffer head) {
    return head.capacity() == HEAD_BYTES
        && Arrays.equals(ELF, 0, ELF.length, head.array(), 0, ELF.length);
  }

  private static void checkElf(Path file, ByteBuffer head, InputStream in) throws IOException {
    if (head.get(CLASS_AT) != CLASS_64 || head.getShort(MACHINE_AT) != MACHINE_X86_64) {
      throw refused(file, "is not a program for 64-bit x86", "Take a build for x86-64.");
    }
    in.skipNBytes(head.getLong(SEGMENTS_AT) - HEAD_BYTES);
    int segments = Short.toUnsignedInt(head.getShort(SEGMENT_COUNT_AT));
    ByteBuffer table =
        ByteBuffer.wrap(in.readNBytes(segments * SEGMENT_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + SEGMENT_BYTES <= table.capacity(); at += SEGMENT_BYTES) {
      if (table.getInt(at) == SEGMENT_INTERPRETER) {
        return;
      }
    }
    throw refused(file, "is linked statically", "Take a build that is linked dynamically.");
  }

  private static void checkRights(Path file) throws IOException {
    if (gains(file, SET_USER, "unix:uid") || gains(file, SET_GROUP, "unix:gid")) {
      throw refused(
          file,
          "runs with the rights of another user (setuid or setgid)",
          "Take a copy of it, which has no such rights.");
    }
  }

  private static boolean gains(Path file, int bit, String owner) throws IOException {
    int mode = (Integer) Files.getAttribute(file, "unix:mode");
    return (mode & bit) != 0
        && !Files.getAttribute(file, owner)
            .equals(Files.getAttribute(Path.of("/proc/self"), owner));
  }

  private static DriverException refused(Path file, String why, String mend) {
    return new DriverException(
        String.format(
            Locale.ROOT, "%s %s: nothing can be preloaded into it.\n  %s", file, why, mend));
  }
}
