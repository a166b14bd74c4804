package heapstakes.cli;

import static heapstakes.cli.TraceDescription.grouped;

import heapstakes.record.RecordedImage;
import heapstakes.record.Recorder;
import heapstakes.results.table.Units;
import heapstakes.trace.ImportReport;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.Traces;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace record}. */
@Command(
    name = "record",
    description = {
      "Runs a command and records what it allocates: every thread, and every process in a trace of"
          + " its own. Linux, programs that are linked dynamically.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The exit code is the command's. A process that was forked begins with its parent's blocks.",
      "Example:  heapstakes trace record -o jq.hsb -- jq -c . big.json"
    })
final class TraceRecordCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description =
          "Ends in .hsb, .hst, .hst.gz, .hst.xz or .hst.zst; %%p stands for the process. By"
              + " default NAME.hsb.")
  private @Nullable Path out;

  @Option(names = "--clock", description = "Record times as well, as @ lines.")
  private boolean clocked;

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "program and arguments")
  private List<String> command = new ArrayList<>();

  private boolean finished;

  @SuppressWarnings("NullAway.Init") // picocli sets spec.
  TraceRecordCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Path target = out == null ? RecordingNames.unused(command.getFirst()) : out;
    if (!RecordingNames.isTrace(target)) {
      throw new UsageException(
          "%s: its name does not tell the form to write. End it in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst."
              .formatted(target));
    }
    Recorder recorder = new Recorder(command, RecordingNames.folderOf(target), clocked);
    // Ctrl-C goes to the command as well: when that has ended, what it did is converted.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(recorder, target)));
    int code = recorder.await();
    finish(recorder, target);
    if (code != 0) {
      say("%s ended with exit code %d", command.getFirst(), code);
    }
    return code;
  }

  /** Once the command has ended; the second call waits for the first and does nothing. */
  private synchronized void finish(Recorder recorder, Path target) {
    if (finished) {
      return;
    }
    finished = true;
    try (recorder) {
      recorder.await();
      convert(recorder, target);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void convert(Recorder recorder, Path target) {
    List<RecordedImage> images = recorder.images();
    RecordingNames names = new RecordingNames(target, recorder.process(), images);
    if (images.isEmpty()) {
      throw new UsageException(
          "%s made no recording: is it linked statically, or does it change its user (setuid)? Such programs load no recorder. 'ldd' and 'ls -l' tell; record what it starts, or a build that is linked dynamically."
              .formatted(command.getFirst()));
    }
    for (RecordedImage image : images) {
      convert(image, names.of(image));
    }
    say("next   heapstakes trace info %s", target);
  }

  private void convert(RecordedImage image, Path trace) {
    try {
      ImportReport report = Traces.importTo("recorder:" + image.file(), trace);
      TraceInfo info = report.trace().info();
      say(
          "%s   %s operations · %d %s · peak requested %s · process %d",
          trace.getFileName(),
          grouped(info.operations()),
          info.threads(),
          info.threads() == 1 ? "thread" : "threads",
          Units.bytes(info.peakRequestedBytes()),
          image.process());
      report
          .notes()
          .forEach((what, count) -> {
            if (count > 0) {
              say("  %s %s", grouped(count), what);
            }
          });
    } catch (TraceException e) {
      say("process %d left no trace: %s", image.process(), String.valueOf(e.getMessage()));
    }
  }

  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("heapstakes: " + String.format(Locale.ROOT, format, values));
    err.flush();
  }
}
