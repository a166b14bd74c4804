package heapstakes.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * When the calls of a program are recorded: it opens once and closes once. A word in a file that
 * the recorder maps in every process; calls outside of it are not looked at.
 */
public final class RecordingWindow {
  private static final int BYTES = 4096;
  private static final int BEFORE = 0;
  private static final int OPEN = 1;
  private static final int AFTER = 2;

  private final MappedByteBuffer word;

  /** Makes the file in the recorder's folder. */
  RecordingWindow(Path folder) {
    Path file = folder.resolve("window");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      word = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
      word.order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(String.format(Locale.ROOT, "%s cannot be written", file), e);
    }
  }

  /** Begins the recording if it has neither begun nor ended. */
  public void open() {
    if (word.getInt(0) == BEFORE) {
      word.putInt(0, OPEN);
    }
  }

  /** Ends the recording for good. */
  public void close() {
    word.putInt(0, AFTER);
  }

  /** Whether it has been opened, closed since or not. */
  public boolean wasOpened() {
    return word.getInt(0) != BEFORE;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return word.getInt(0) == AFTER;
  }
}
