package heapstakes.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * A private folder for temporary files that goes with its process. What a killed process left is
 * removed by the next one: a lock tells it that the owner is gone.
 */
public final class PassingFolder {
  /** The launcher's word for the folder that it made: a path. */
  public static final String PROPERTY = "heapstakes.passing";

  private static final String PREFIX = "heapstakes-run-";
  private static final String LOCK = "lock";

  /** Who makes a folder locks it at once; one without a lock for so long was never used. */
  private static final Duration UNLOCKED = Duration.ofHours(1);

  /**
   * Held until this process ends, however it does: a channel that nobody refers to is closed with
   * the next collection of garbage, and its lock goes with it.
   */
  private static final Collection<FileChannel> LOCKS = new ConcurrentLinkedQueue<>();

  private PassingFolder() {}

  /** Makes one. */
  static Path make() throws IOException {
    Path folder = Files.createTempDirectory(PREFIX);
    claim(folder);
    return folder;
  }

  /** Takes over the folder that the launcher made, if it did. */
  public static void claimGiven() {
    String given = System.getProperty(PROPERTY);
    if (given != null && PrivateFolder.refusal(Path.of(given)).isEmpty()) {
      try {
        claim(Path.of(given));
      } catch (IOException e) {
        return; // it has no room even for a lock: who needs it will say so
      }
    }
  }

  /** Where folders for temporary files are that stay when this process ends. */
  public static Path parent() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));
    Path parent = folder.getParent();
    boolean passes = folder.toString().equals(System.getProperty(PROPERTY));
    return passes && parent != null ? parent : folder;
  }

  private static void claim(Path folder) throws IOException {
    FileChannel lock = open(folder.resolve(LOCK));
    lock.lock();
    LOCKS.add(lock);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    sweep(folder);
  }

  private static FileChannel open(Path lock) throws IOException {
    return FileChannel.open(
        lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static void sweep(Path own) {
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(own.toAbsolutePath().getParent(), PREFIX + "*")) {
      for (Path other : others) {
        if (!other.getFileName().equals(own.getFileName())
            && PrivateFolder.isOwnFolder(other)
            && isLeft(other)) {
          delete(other);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return; // they stay until a process can remove them
    }
  }

  private static boolean isLeft(Path folder) throws IOException {
    Path lock = folder.resolve(LOCK);
    if (!Files.exists(lock, LinkOption.NOFOLLOW_LINKS)) {
      FileTime made = Files.getLastModifiedTime(folder);
      return made.toMillis() < System.currentTimeMillis() - UNLOCKED.toMillis();
    }
    try (FileChannel channel = open(lock);
        FileLock free = channel.tryLock()) {
      return free != null;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      return; // somebody still writes into it: the next process removes it
    }
  }
}
