package heapstakes.results.run;

import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has a run directory for one process alone. The system lets go of it when the process dies, so
 * that nothing is left to clean up; children do not have it.
 */
final class RunLock implements AutoCloseable {
  /** Name of the file; it has the process's number for people. */
  static final String NAME = ".lock";

  /** Asked first: a process that opens and closes the file once more loses its lock. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int LONGEST_NUMBER = 20;

  private final Path directory;
  private final FileChannel channel;

  private RunLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes {@code directory}, which exists.
   *
   * @throws ResultException when another process has it, or this one already
   */
  static RunLock take(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      Path real = directory.toRealPath();
      if (!HELD.add(real)) {
        throw taken(directory, Long.toString(ProcessHandle.current().pid()));
      }
      try {
        return new RunLock(real, locked(directory, file));
      } catch (IOException | RuntimeException e) {
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private static FileChannel locked(Path directory, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw taken(directory, numberIn(channel));
      }
      String number = ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(number.getBytes(StandardCharsets.UTF_8)));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String numberIn(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LONGEST_NUMBER);
    channel.read(text, 0);
    String number = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    return number.matches("[0-9]+") ? number : "unknown";
  }

  private static ResultException taken(Path directory, String process) {
    return new ResultException(
        String.format(
            Locale.ROOT,
            """
            a run is going on in %s: process %s.
              Wait until it has ended, or end it, then go on with it: heapstakes run --resume --out %s\
            """,
            directory,
            process,
            directory));
  }

  /** Lets go of the directory. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was kept in it; the system lets go of the lock when the process ends.
      return;
    } finally {
      HELD.remove(directory);
    }
  }
}
