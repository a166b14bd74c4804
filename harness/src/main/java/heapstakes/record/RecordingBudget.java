package heapstakes.record;

import heapstakes.driver.DriverException;
import heapstakes.workload.imported.RecorderParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Keeps a recording within a disk budget for as long as it goes on: what was written is packed in
 * parts, and its space in the recorder's file given back to the file system. When that is not
 * enough the recording ends, and not the program.
 */
public final class RecordingBudget implements AutoCloseable {
  /** Least budget: a few parts as they are written. */
  public static final long LEAST = 8 * RecorderParts.BYTES;

  private static final int POLL_MILLIS = 50;

  /** The trace that is made at the end is smaller than the parts, but not by how much is known. */
  private static final double SHARE_OF_RECORDS = 0.7;

  private final Recorder recorder;
  private final RecordingWindow window;
  private final long bytes;
  private final Map<Path, Long> packed = new HashMap<>();
  private final Thread thread;
  private volatile boolean isOver;
  private volatile boolean isExceeded;

  /**
   * Begins.
   *
   * @param recorder of a recording that is packed and has a window
   * @param bytes at least {@link #LEAST}, unless it is to be exceeded at once
   * @throws DriverException when the space cannot be given back here
   */
  public RecordingBudget(Recorder recorder, long bytes) {
    this.recorder = recorder;
    this.window = recorder.window().orElseThrow();
    this.bytes = bytes;
    thread = Thread.ofPlatform().daemon().start(this::run);
  }

  /**
   * Does nothing if space can be given back here.
   *
   * @throws DriverException when it cannot
   */
  public static void check() {
    try {
      new ProcessBuilder("fallocate", "--version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new DriverException(
          "there is no 'fallocate' on the path, which gives back the space of what was packed.\n"
              + "  Install one: apt-get install util-linux (or the like)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the budget was used up before the recording was over. */
  public boolean isExceeded() {
    return isExceeded;
  }

  private void run() {
    try {
      while (!isOver) {
        step();
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | UncheckedIOException e) {
      // What was not packed stays where it is; without space for more the recording ends.
      isExceeded = true;
      window.close();
    }
  }

  private void step() throws IOException, InterruptedException {
    long used = 0;
    List<RecordedImage> images = recorder.images();
    for (RecordedImage image : images) {
      int part = RecorderParts.count(image.file());
      if (RecorderParts.pack(image.file(), part)) {
        giveBack(image.file(), part);
        packed.merge(image.file(), Files.size(RecorderParts.part(image.file(), part)), Long::sum);
        part++;
      }
      used += packed.getOrDefault(image.file(), 0L);
      used += Math.max(0, 32 * image.calls() - part * RecorderParts.BYTES);
    }
    if (used > bytes * SHARE_OF_RECORDS && !window.isClosed()) {
      isExceeded = true;
      window.close();
    }
  }

  private static void giveBack(Path records, int part) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "fallocate",
                "--punch-hole",
                "--offset",
                String.valueOf(RecorderParts.start(part)),
                "--length",
                String.valueOf(RecorderParts.BYTES),
                records.toString())
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(
          String.format(Locale.ROOT, "%s: its space cannot be given back", records));
    }
  }

  /** Packs no more; what was not packed is read from where it is. */
  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
