package heapstakes.program;

import heapstakes.driver.Children;
import heapstakes.driver.DriverException;
import heapstakes.driver.NativeBuild;
import heapstakes.results.program.ProgramRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a program once under a library, and tells what that took. */
final class Watcher {
  private static final int CANNOT_RUN = 127;
  private static final long LOOK_MILLIS = 5;

  private final Path executable;
  private final Path folder;

  /**
   * @param folder for what runs write, one run at a time
   * @throws DriverException when the watcher cannot be had
   */
  Watcher(Path folder) {
    this.executable = NativeBuild.of(NativeBuild.Program.WATCHER).file();
    this.folder = folder;
  }

  /**
   * Runs it to its end.
   *
   * @throws DriverException when it cannot be started at all
   * @throws InterruptedException when interrupted; its processes are gone by then
   */
  ProgramRun run(Program program, Deployment deployment, int round, int place)
      throws InterruptedException {
    try {
      Files.deleteIfExists(folder.resolve("errors"));
      Optional<Path> proof = deployment.proof();
      List<String> words =
          deployment.words(deployment.startsFiles() ? program.forLoader() : program.command());
      Process process = start(program, proof, deployment.environment(), words);
      String trouble = await(program, process);
      return result(
          WatcherReport.read(report()),
          deployment,
          digest(output()),
          trouble,
          round,
          place,
          program);
    } catch (IOException e) {
      throw new DriverException(
          String.format(Locale.ROOT, "%s cannot be used for runs: %s", folder, e.getMessage()));
    }
  }

  /**
   * Starts it; who does so waits for it by {@link #await}.
   *
   * @param library of which is told whether it was loaded
   * @param variables what the program's environment has besides ours
   * @param words the program as it is started
   */
  Process start(
      Program program, Optional<Path> library, Map<String, String> variables, List<String> words)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(executable.toString(), report().toString()));
    all.add(library.isPresent() ? library.get().toRealPath().toString() : "-");
    variables.forEach((key, value) -> all.add(key + "=" + value));
    all.add("--");
    all.addAll(words);
    Files.deleteIfExists(report());
    Process process = program.builder(all, output()).start();
    Children.add(process.toHandle());
    return process;
  }

  private Path report() {
    return folder.resolve("report");
  }

  private Path output() {
    return folder.resolve("output");
  }

  /** Until it has ended, and all that it started; the result is what went wrong. */
  String await(Program program, Process process) throws InterruptedException {
    try {
      String trouble = awaitEnd(program, process);
      Children.awaitShutdown(process.exitValue());
      return trouble;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private String awaitEnd(Program program, Process process) throws InterruptedException {
    if (program.load().isPresent()) {
      awaitBegin(process);
      Load load = new Load(executable, folder.resolve("load"));
      String trouble = load.drive(program.load().get(), process, program.limit()).orElse("");
      process.destroy(); // the watcher looks, and passes it on
      process.waitFor();
      return trouble;
    }
    if (process.waitFor(program.limit().toMillis(), TimeUnit.MILLISECONDS)) {
      return "";
    }
    process.destroy();
    process.waitFor();
    return String.format(Locale.ROOT, "not done after %d s", program.limit().toSeconds());
  }

  /** A load may end at once, and a watcher that does not listen yet would die of SIGTERM. */
  private void awaitBegin(Process process) throws InterruptedException {
    while (report().toFile().length() == 0
        && !process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      continue; // its report is empty until the program runs
    }
  }

  private ProgramRun result(
      WatcherReport report,
      Deployment deployment,
      String digest,
      String trouble,
      int round,
      int place,
      Program program) {
    if (report.errno() != 0 || report.end().isEmpty()) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be started (error %d of the system).\n  Correct the command that stands behind --",
              program.command().getFirst(),
              report.end().isEmpty() ? CANNOT_RUN : report.errno()));
    }
    return new ProgramRun(
        round,
        place,
        new ProgramRun.Outcome(
            (int) report.end("exit"), (int) report.end("signal"), digest, trouble),
        new ProgramRun.Time(report.end("wall"), report.end("user"), report.end("system")),
        report.peakBytes(),
        report.atEnd(deployment.proof().isPresent()),
        report.end("minor"),
        report.end("major"),
        report.processes().size());
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, sha).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The last line that a run wrote to its standard error; empty for none. */
  String lastError() {
    try {
      List<String> lines =
          Files.readAllLines(folder.resolve("errors"), StandardCharsets.ISO_8859_1);
      return lines.isEmpty() ? "" : lines.getLast();
    } catch (IOException e) {
      return "";
    }
  }
}
