package heapstakes.cli;

import static heapstakes.cli.TraceDescription.grouped;

import heapstakes.record.RecordedImage;
import heapstakes.record.Recorder;
import heapstakes.record.RecordingOptions;
import heapstakes.results.table.Units;
import heapstakes.setting.Printable;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
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
  private static final int MOST_DESCRIBED = 8;
  private static final int POLL_MILLIS = 200;

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

  @Option(
      names = "--call-sites",
      paramLabel = "DEPTH",
      arity = "0..1",
      fallbackValue = "1",
      defaultValue = "0",
      preprocessor = OptionalDepth.class,
      description =
          "Record where in its code the program makes each call: its return address and those of its"
              + " callers, up to DEPTH (1 to 8; 1 if none is given). Of C++ the first is operator new: take 2.")
  private int frames;

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
          String.format(
              Locale.ROOT,
              "%s: its name does not tell the form to write. End it in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst.",
              target));
    }
    if (frames < 0 || frames > RecordingOptions.MOST_FRAMES) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "--call-sites=%d: it takes the number of frames, 1 to %d.",
              frames,
              RecordingOptions.MOST_FRAMES));
    }
    RecordingOptions options = new RecordingOptions(clocked, frames);
    Recorder recorder = new Recorder(command, RecordingNames.folderOf(target), options);
    // Ctrl-C goes to the command as well: when that has ended, what it did is converted.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> finishAtExit(recorder, target)));
    int code = recorder.await();
    awaitOthers(recorder);
    finish(recorder, target);
    if (code != 0) {
      say("%s ended with exit code %d", command.getFirst(), code);
    }
    return code;
  }

  /** A command may put itself into the background, or leave others running. */
  private void awaitOthers(Recorder recorder) throws InterruptedException {
    long running = recorder.running();
    if (running > 0) {
      say(
          "%s has ended and left %d running: recording goes on until the last ends, or Ctrl-C",
          command.getFirst(), running);
    }
    while (recorder.running() > 0) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void finishAtExit(Recorder recorder, Path target) {
    try {
      finish(recorder, target);
    } catch (UsageException e) {
      say("%s", String.valueOf(e.getMessage()));
    }
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
    if (images.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s called no malloc that can be recorded. Does it bring its own ('nm -D' tells), clear its environment, or gain rights ('getcap' tells)? Record what it starts, or another build.",
              command.getFirst()));
    }
    RecordingNames names = new RecordingNames(target, recorder.process(), images);
    List<Converted> made = new ArrayList<>();
    for (RecordedImage image : images) {
      try {
        made.add(convert(image, names.of(image)));
      } catch (TraceException | UncheckedIOException e) {
        recorder.keep();
        say(
            "process %d left no trace: %s\n"
                + "  What was recorded is kept: heapstakes trace import recorder:%s OUT.hsb",
            image.process(), String.valueOf(e.getMessage()), image.file());
      }
    }
    describe(made, target);
    List<Long> unrecorded =
        recorder.beforeUnrecorded().stream().map(RecordedImage::process).distinct().toList();
    if (unrecorded.contains(recorder.process())) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              """
              %s went on to a program that was not recorded, so that %s is not written: nothing can be preloaded \
              into that program (linked statically, with rights of its own), its environment was cleared, or the user \
              that it runs as cannot read the recorder.
                Record that program itself, as that user: trace record -- PROGRAM ARGUMENTS\
              """,
              command.getFirst(),
              target));
    }
    if (!unrecorded.isEmpty()) {
      say("processes that went on to a program that was not recorded: %d", unrecorded.size());
    }
  }

  /** A text is made from a binary form, which is deleted with what was recorded. */
  private static Converted convert(RecordedImage image, Path trace) {
    String raw = "recorder:" + image.file();
    if (trace.toString().endsWith(".hsb")) {
      return new Converted(image, trace, Traces.importTo(raw, trace));
    }
    Path binary = image.file().resolveSibling(image.file().getFileName() + ".hsb");
    ImportReport report = Traces.importTo(raw, binary);
    Traces.importTo(binary.toString(), trace);
    return new Converted(image, trace, report);
  }

  private void describe(List<Converted> made, Path target) {
    made.stream()
        .sorted(Comparator.comparingLong(Converted::operations).reversed())
        .limit(MOST_DESCRIBED)
        .forEach(this::describe);
    if (made.size() > 1) {
      long operations = made.stream().mapToLong(Converted::operations).sum();
      say("%d traces · %s operations", made.size(), grouped(operations));
    }
    made.stream()
        .max(Comparator.comparingLong(Converted::operations))
        .ifPresent(most ->
            say(
                "next   heapstakes trace info %s",
                target.resolveSibling(most.trace().getFileName())));
  }

  private void describe(Converted one) {
    TraceInfo info = one.report().trace().info();
    say(
        "%s   %s operations · %d %s · peak requested %s · process %d",
        one.trace().getFileName(),
        grouped(info.operations()),
        info.threads(),
        info.threads() == 1 ? "thread" : "threads",
        Units.bytes(info.peakRequestedBytes()),
        one.image().process());
    one.report()
        .notes()
        .forEach((what, count) -> {
          if (count > 0) {
            say("  %s %s", grouped(count), what);
          }
        });
    TraceCautions.of(info).forEach(caution -> say("  %s", caution));
  }

  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("heapstakes: " + Printable.lines(String.format(Locale.ROOT, format, values)));
    err.flush();
  }

  /** {@code --call-sites COMMAND}: a depth is one only behind an equals sign. */
  static final class OptionalDepth implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean isAttached = info.get("separator") != null;
      if (!isAttached) {
        option.setValue(1);
      }
      return !isAttached;
    }
  }

  private record Converted(RecordedImage image, Path trace, ImportReport report) {
    long operations() {
      return report.trace().info().operations();
    }
  }
}
