package heapstakes.cli;

import heapstakes.replay.TraceSource;
import heapstakes.trace.HsbTrace;
import heapstakes.trace.Trace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace info}. */
@Command(
    name = "info",
    description = "Says what a trace holds. A .hsb file is described by its head, at once.",
    mixinStandardHelpOptions = true)
final class TraceInfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "TRACE",
      description = "a file, FORMAT:path, or a workload with its parameters")
  private String trace;

  @SuppressWarnings("NullAway.Init") // picocli sets spec and trace.
  TraceInfoCommand() {}

  @Override
  public Integer call() {
    new TraceDescription(spec.commandLine().getOut()).describe(open(trace));
    return ExitCode.OK;
  }

  private static Trace open(String text) {
    boolean isBinary = text.endsWith(".hsb") && Files.isRegularFile(Path.of(text));
    return isBinary ? HsbTrace.describe(Path.of(text)) : TraceSource.open(text);
  }
}
