package heapstakes.record;

import heapstakes.driver.DriverException;
import heapstakes.driver.NativeBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/** Runs a command with the recorder preloaded. */
public final class Recorder implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private final Optional<RecordingWindow> window;
  private boolean kept;

  /**
   * Starts a command whose standard streams are ours.
   *
   * @param command the program and its arguments
   * @param beside where the temporary folder is made; needs 32 bytes for each call recorded
   * @param options what is recorded
   * @throws DriverException as the other
   */
  public Recorder(List<String> command, Path beside, RecordingOptions options) {
    this(command.getFirst(), variables -> start(command, variables), beside, options);
  }

  private static Process start(List<String> command, Map<String, String> variables)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(variables);
    return builder.start();
  }

  /** Starts the program that is recorded. */
  public interface Starter {
    /**
     * @param variables what its environment has besides ours
     */
    Process start(Map<String, String> variables) throws IOException;
  }

  /**
   * Starts a command.
   *
   * @param program its name or path, as a shell has it
   * @param starter starts it
   * @param beside where the temporary folder is made; needs 32 bytes for each call recorded
   * @param options what is recorded
   * @throws DriverException when the recorder cannot be had, the command cannot be started, or
   *     nothing can be preloaded into it
   */
  public Recorder(String program, Starter starter, Path beside, RecordingOptions options) {
    Path library = NativeBuild.of(NativeBuild.Program.RECORDER).file();
    if (library.toString().matches(".*[ :].*")) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be preloaded, since its path has a blank or a colon.\n"
                  + "  Name another cache folder: XDG_CACHE_HOME=/path",
              library));
    }
    ProgramFile.check(program, System.getenv().getOrDefault("PATH", ""));
    folder = newFolder(beside);
    window =
        options.window() == RecordingOptions.Window.ALWAYS
            ? Optional.empty()
            : Optional.of(new RecordingWindow(folder));
    window
        .filter(made -> options.window() == RecordingOptions.Window.FROM_START)
        .ifPresent(RecordingWindow::open);
    try {
      process = starter.start(variables(library, options));
    } catch (IOException e) {
      close();
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be started: %s\n  Correct the command that stands behind --",
              program,
              e.getMessage()));
    }
  }

  /**
   * Writes the library that is preloaded, for a program that cannot be started from here: as where
   * there is no Java.
   *
   * @throws DriverException when it cannot be had or written
   */
  public static void writeLibrary(Path file) {
    Path library = NativeBuild.of(NativeBuild.Program.RECORDER).file();
    try {
      Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be written: %s\n  Choose another place.",
              file,
              e.getMessage()));
    }
  }

  private Map<String, String> variables(Path library, RecordingOptions options) {
    String before = System.getenv("LD_PRELOAD");
    Map<String, String> variables = new HashMap<>(options.environment());
    variables.put("LD_PRELOAD", before == null ? library.toString() : library + ":" + before);
    variables.put("HEAPSTAKES_RECORD", folder.toString());
    return variables;
  }

  private static Path newFolder(Path beside) {
    try {
      return Files.createTempDirectory(beside.toAbsolutePath(), "recording-");
    } catch (IOException e) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be written to: %s\n  Choose another place: -o FILE",
              beside,
              e.getMessage()));
    }
  }

  /** The process that was started. */
  public long process() {
    return process.pid();
  }

  /** The same, to be waited for or ended. */
  public Process handle() {
    return process;
  }

  /** When it records, if not always. */
  public Optional<RecordingWindow> window() {
    return window;
  }

  /** Waits for the command; the result is its exit code, 128 + N after signal N. */
  public int await() throws InterruptedException {
    return process.waitFor();
  }

  /** How many processes are being recorded now. */
  public long running() {
    return ProcessHandle.allProcesses().filter(this::isRecorded).count();
  }

  private boolean isRecorded(ProcessHandle handle) {
    Path maps = Path.of("/proc", String.valueOf(handle.pid()), "maps");
    try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(folder + "/") && line.contains(".raw"));
    } catch (IOException | UncheckedIOException gone) {
      return false;
    }
  }

  /** What was recorded so far, by process and image; those that called nothing are left out. */
  public List<RecordedImage> images() {
    return all().stream().filter(image -> image.calls() > 0).toList();
  }

  /**
   * Images whose process went on to a program that was not recorded: nothing can be preloaded into
   * it, it cannot read the recorder as the user that it runs as, or its environment was cleared.
   */
  public List<RecordedImage> beforeUnrecorded() {
    List<RecordedImage> all = all();
    return all.stream()
        .filter(RecordedImage::isReplaced)
        .filter(image ->
            all.stream()
                .noneMatch(
                    next -> next.process() == image.process() && next.image() == image.image() + 1))
        .toList();
  }

  private List<RecordedImage> all() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".raw"))
          .map(RecordedImage::of)
          .sorted(
              Comparator.comparingLong(RecordedImage::process)
                  .thenComparingInt(RecordedImage::image))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets {@link #close} delete nothing. */
  public void keep() {
    kept = true;
  }

  /** Deletes the recorder's files. */
  @Override
  public void close() {
    if (kept) {
      return;
    }
    try {
      PathUtils.deleteDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "the folder %s cannot be removed", folder), e);
    }
  }
}
