package heapstakes.trace.io;

import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** A file of any length in memory, in windows of 1 GiB; released when it is no longer reachable. */
public final class MappedFile {
  private static final int WINDOW_BITS = 30;
  private static final int WINDOW_MASK = (1 << WINDOW_BITS) - 1;

  private final Path file;
  private final ByteBuffer[] windows;
  private final long length;

  /** Maps the whole file as it is now. */
  public MappedFile(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      length = channel.size();
      windows = new ByteBuffer[Math.toIntExact((length + WINDOW_MASK) >>> WINDOW_BITS)];
      for (int i = 0; i < windows.length; i++) {
        long start = (long) i << WINDOW_BITS;
        long size = Math.min(length - start, 1L << WINDOW_BITS);
        windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, size);
      }
    }
  }

  /** In bytes, as it was when it was mapped. */
  public long length() {
    return length;
  }

  /**
   * Copies {@code count} bytes from {@code position} on to the start of {@code target}.
   *
   * @throws TraceException when the file has shrunk since it was opened
   */
  public void read(long position, byte[] target, int count) {
    try {
      copy(position, target, count);
    } catch (InternalError e) {
      // What the JVM makes of a page fault behind the end of a mapped file.
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, byte %d: the file was cut short or its disk failed while it was read. Get it again.",
              file,
              position),
          e);
    }
  }

  private void copy(long position, byte[] target, int count) {
    int done = 0;
    while (done < count) {
      long at = position + done;
      ByteBuffer window = windows[(int) (at >>> WINDOW_BITS)];
      int offset = (int) at & WINDOW_MASK;
      int part = Math.min(count - done, window.limit() - offset);
      window.get(offset, target, done, part);
      done += part;
    }
  }
}
