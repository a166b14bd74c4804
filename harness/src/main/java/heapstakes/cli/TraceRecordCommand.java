package heapstakes.cli;

import heapstakes.record.Recorder;
import heapstakes.record.RecordingBudget;
import heapstakes.record.RecordingOptions;
import heapstakes.record.RecordingWindow;
import heapstakes.setting.Printable;
import heapstakes.setting.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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
      "Runs a command and records what it allocates: every thread, and of several processes the one"
          + " that allocates most or each. Linux, programs that are linked dynamically.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The exit code is the command's. A process that was forked begins with its parent's blocks.",
      "Example:  heapstakes trace record -o jq.hsb -- jq -c . big.json"
    })
final class TraceRecordCommand implements Callable<Integer> {
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
          "Record where in its code the program makes each call: its return address and those of"
              + " its callers, up to DEPTH (1 to 8; 1 if none is given). Of C++ the first is"
              + " operator new: take 2.")
  private int frames;

  @Option(
      names = "--follow",
      paramLabel = "WHICH",
      description =
          "Of a command that starts other programs: main, the one that called most, under the name"
              + " asked for; all, a trace for each; none, the command's own process, and others are"
              + " not recorded. Default: main.")
  private Follow follow = Follow.MAIN;

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      description =
          "Record from then on: a time after the start such as 30s, 10m, 2h; or SIGUSR2, which the"
              + " program gets from you (kill -USR2) to begin, and again to end, unless it handles"
              + " that signal itself. Blocks from before are not known.")
  private @Nullable String from;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Record for so long; the trace is made then, and the program goes on.")
  private @Nullable String length;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      description =
          "Use at most so much of the disk while it records (256M or more), however long: what is"
              + " written is packed meanwhile. The recording ends when that is used up, and the"
              + " program goes on.")
  private @Nullable String budget;

  @Option(
      names = "--sample",
      paramLabel = "BYTES",
      description =
          "Record one block of so many bytes requested (16K), for a program that is to lose no"
              + " time: -o FILE.hss, of which 'trace generate --like' makes a trace.")
  private @Nullable String sample;

  @Option(
      names = "--library",
      paramLabel = "FILE",
      description =
          "Write the library that records, for a container or a machine without Java, and say how"
              + " it is used there; no COMMAND then.")
  private @Nullable Path library;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "program and arguments")
  private List<String> command = new ArrayList<>();

  private @Nullable RecordingBudget packing;
  private boolean finished;

  @SuppressWarnings("NullAway.Init") // picocli sets spec.
  TraceRecordCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (library != null) {
      return exportLibrary(library);
    }
    if (command.isEmpty()) {
      throw new UsageException("trace record needs a COMMAND: trace record -- PROGRAM ARGUMENTS");
    }
    Path target = out == null ? RecordingNames.unused(command.getFirst()) : out;
    long every = sampleEvery(target);
    if (every == 0 && !RecordingNames.isTrace(target)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s: its name does not tell the form to write. End it in .hsb (binary), .hst (text),"
                  + " .hst.gz, .hst.xz or .hst.zst.",
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
    long budgetBytes = budget == null ? 0 : budgetBytes(budget);
    RecordingSchedule schedule = RecordingSchedule.of(from, length);
    RecordingOptions options =
        new RecordingOptions(
                clocked,
                frames,
                follow == Follow.NONE,
                schedule.window(budgetBytes > 0),
                budgetBytes > 0)
            .sampling(every);
    Recorder recorder = new Recorder(command, RecordingNames.folderOf(target), options);
    // Ctrl-C goes to the command as well: when that has ended, what it did is converted.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> finishAtExit(recorder, target)));
    if (budgetBytes > 0) {
      packing = new RecordingBudget(recorder, budgetBytes);
    }
    recorder.window().ifPresent(window -> keep(schedule, window, recorder, target));
    int code = recorder.await();
    if (recorder.window().filter(RecordingWindow::isClosed).isEmpty()) {
      awaitOthers(recorder);
    }
    finish(recorder, target);
    if (code != 0) {
      say(String.format(Locale.ROOT, "%s ended with exit code %d", command.getFirst(), code));
    }
    return code;
  }

  /** Mean bytes between samples; 0 where all is recorded. */
  private long sampleEvery(Path target) {
    if (sample == null) {
      return 0;
    }
    if (clocked || frames > 0 || budget != null || follow == Follow.ALL) {
      throw new UsageException(
          "--sample goes with neither --clock, --call-sites, --budget nor --follow all: a sample is"
              + " small, of one process, and has no times. Leave them out.");
    }
    TraceSampleCommand.requireName(target);
    return TraceSampleCommand.bytes("--sample", sample);
  }

  /** A command may put itself into the background, or leave others running. */
  private void awaitOthers(Recorder recorder) throws InterruptedException {
    long running = recorder.running();
    if (running > 0) {
      say(
          String.format(
              Locale.ROOT,
              "%s has ended and left %d running: recording goes on until the last ends, or Ctrl-C",
              command.getFirst(),
              running));
    }
    while (recorder.running() > 0) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private int exportLibrary(Path file) {
    if (!command.isEmpty()) {
      throw new UsageException(
          "--library writes a file and runs nothing. Leave out the command, or the option.");
    }
    Recorder.writeLibrary(file);
    say(
        String.format(
            Locale.ROOT,
            """
            %s is for glibc 2.35 or newer on x86-64. Where the program runs, with a folder that it may write to:
              LD_PRELOAD=/path/%s HEAPSTAKES_RECORD=/absolute/folder PROGRAM ARGUMENTS
            and here, for each file of that folder: heapstakes trace import recorder:FOLDER/PROCESS.0.raw OUT.hsb\
            """,
            file,
            file.getFileName()));
    return ExitCode.OK;
  }

  private static long budgetBytes(String text) {
    long bytes = Settings.size(text).orElse(0);
    if (bytes < RecordingBudget.LEAST) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "--budget=%s: it takes a size such as 2G, at least %dM.",
              text,
              RecordingBudget.LEAST >> 20));
    }
    RecordingBudget.check();
    return bytes;
  }

  /** When the window closes the trace is made, however long the program goes on. */
  private void keep(
      RecordingSchedule schedule, RecordingWindow window, Recorder recorder, Path target) {
    if (schedule.bySignal()) {
      say(
          String.format(
              Locale.ROOT,
              "the recording begins at: kill -USR2 %d, and ends at the next, or when the program"
                  + " does",
              recorder.process()));
    }
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            schedule.keep(window);
            Thread.sleep(POLL_MILLIS);
            convert(recorder, target);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (UsageException e) {
            say(String.valueOf(e.getMessage()));
          }
        });
  }

  private void finishAtExit(Recorder recorder, Path target) {
    try {
      finish(recorder, target);
    } catch (UsageException e) {
      say(String.valueOf(e.getMessage()));
    }
  }

  /** Once the command has ended; what was converted before is not again. */
  private void finish(Recorder recorder, Path target) {
    try {
      recorder.await();
      convert(recorder, target);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void convert(Recorder recorder, Path target) {
    if (finished) {
      return;
    }
    finished = true;
    if (packing != null) {
      packing.close();
      if (packing.isExceeded()) {
        say(
            "the budget for the disk is used up, and the recording ends here. Give it more:"
                + " --budget, or record a stretch: --from, --for");
      }
    }
    try (recorder) {
      if (recorder.window().filter(window -> !window.wasOpened()).isPresent()) {
        throw new UsageException(
            "the program ended before the recording began. Let it begin earlier: --from, or kill"
                + " -USR2 while it runs.");
      }
      new RecordingConversion(recorder, command.getFirst(), target, follow, this::say).run();
    }
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("heapstakes: " + Printable.lines(line));
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
}
