package heapstakes.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Records, describes and converts traces. */
@Command(
    name = "trace",
    description = "Records, describes and converts traces.",
    subcommands = {
      TraceRecordCommand.class,
      TraceInfoCommand.class,
      TraceImportCommand.class,
      TraceCutCommand.class,
      TraceGenerateCommand.class,
      TraceSampleCommand.class,
      TraceMinimizeCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class TraceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** For picocli. */
  @SuppressWarnings("NullAway.Init") // picocli sets spec.
  public TraceCommand() {}

  /** Without a subcommand: says which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
