package heapstakes.cli;

import heapstakes.file.PassingFolder;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code heapstakes}: its commands, and how mistakes are told. */
@Command(
    name = "heapstakes",
    description = {
      "Which malloc, with which settings, for my workload: how fast, how even, how much memory at"
          + " the peak, how much afterwards, and what went back to the kernel by which call?",
      ""
    },
    subcommands = {
      RunCommand.class,
      SweepCommand.class,
      MergeCommand.class,
      ReplayCommand.class,
      ExplainCommand.class,
      VerifyCommand.class,
      CalibrateCommand.class,
      ReportCommand.class,
      GalleryCommand.class,
      CompareCommand.class,
      BaselineCommand.class,
      ExportCommand.class,
      TryCommand.class,
      TuneCommand.class,
      UpgradeCommand.class,
      TraceCommand.class,
      ListCommand.class,
      LibraryCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Start with:  heapstakes doctor    what this machine has and lacks",
      "             heapstakes run       the default contestants and workloads: 3 min",
      "Exit codes:  0 ok, 1 a gate or check failed, 2 usage, 3 a cell failed,",
      "             4 a replay ran out of memory, 5 an output cannot be written,",
      "             130 interrupted"
    })
public final class Heapstakes implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run()
  private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean debug;

  /** Runs the program and ends this JVM with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // for the libraries: our own code names its locale
    PassingFolder.claimGiven();
    System.exit(run(args));
  }

  /** Runs the program; the result is its exit code. */
  static int run(String... args) {
    CommandLine line = commandLine();
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      Heapstakes program = line.getCommand();
      return Mistakes.report(e, program.debug, System.err);
    }
  }

  /** Shows where an error that does not end the command came from, if that is asked for. */
  void showTrace(Throwable e) {
    if (debug) {
      e.printStackTrace(System.err);
    }
  }

  static CommandLine commandLine() {
    Heapstakes program = new Heapstakes();
    CommandLine line = new CommandLine(program);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler(
        (mistake, words) -> Mistakes.report(mistake, program.debug, errors(mistake)));
    line.setExecutionExceptionHandler(
        (failure, command, result) -> Mistakes.report(failure, program.debug, System.err));
    return line;
  }

  private static PrintStream errors(ParameterException mistake) {
    // picocli's own writer would end lines by its own rules; both end up on standard error.
    return System.err;
  }

  /** Without a command: what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
