package heapstakes.program;

import heapstakes.driver.DriverException;
import heapstakes.record.RecordedImage;
import heapstakes.record.Recorder;
import heapstakes.record.RecordingOptions;
import heapstakes.trace.Trace;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The recording of a program: of its process that asks for most. */
public final class ProgramRecording {
  /** Of processes with fewer calls than the first few nobody asks for most. */
  private static final int MOST_CONVERTED = 8;

  private ProgramRecording() {}

  /**
   * Runs the program once, watched, and records it.
   *
   * @param target the trace to be written, {@code .hsb}
   * @param folder for files that are written on the way
   * @throws DriverException when nothing was recorded; says why
   * @throws InterruptedException when interrupted; the program was ended
   */
  public static Trace of(Program program, Path target, Path folder) throws InterruptedException {
    Watcher watcher = new Watcher(folder);
    try (Recorder recorder =
        new Recorder(
            program.command().getFirst(),
            variables -> watcher.start(program, Optional.empty(), variables, program.command()),
            folder,
            RecordingOptions.CLOCKED)) {
      watcher.await(program, recorder.handle());
      return largest(recorder.images(), target);
    }
  }

  private static Trace largest(List<RecordedImage> images, Path target) {
    List<RecordedImage> candidates =
        images.stream()
            .sorted(Comparator.comparingLong(RecordedImage::calls).reversed())
            .limit(MOST_CONVERTED)
            .toList();
    Trace largest = null;
    for (RecordedImage image : candidates) {
      Path file = image.file().resolveSibling(image.file().getFileName() + ".hsb");
      Trace trace = Traces.importTo("recorder:" + image.file(), file).trace();
      if (largest == null
          || trace.info().peakRequestedBytes() > largest.info().peakRequestedBytes()) {
        move(file, target);
        largest = trace;
      }
    }
    if (largest == null) {
      throw new DriverException("it called no malloc that can be recorded");
    }
    return largest;
  }

  private static void move(Path file, Path target) {
    try {
      Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DriverException(
          String.format(Locale.ROOT, "%s cannot be written: %s", target, e.getMessage()));
    }
  }
}
