package heapstakes.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes what was written outlast a loss of power. */
public final class Durably {
  private Durably() {}

  /** Has the system put names in the directory of {@code file} on disk, where it can. */
  public static void keepNames(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system opens directories, and not every file system has such a call: the content
      // is on disk, and that is all that can be done.
      return;
    }
  }
}
