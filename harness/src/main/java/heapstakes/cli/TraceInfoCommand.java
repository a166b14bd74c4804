package heapstakes.cli;

import heapstakes.replay.TraceSource;
import heapstakes.trace.HsbTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.profile.TraceProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace info}. */
@Command(
    name = "info",
    description = {
      "Says what kind of program a trace is of: sizes, lifetimes, live memory, threads.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ideal footprint: the highest sum of the sizes of live blocks, in whole pages, of each process."
          + " Peak resident memory above it is what an allocator adds.",
      "Lifetimes are of blocks that are freed, from allocation to free, whatever resizes them.",
      "Example:  heapstakes trace info --png jq.png jq"
    })
final class TraceInfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--png",
      paramLabel = "FILE",
      description = "Draw live memory over operations, and sizes, into this file.")
  private @Nullable Path png;

  @Option(
      names = "--brief",
      description = "Only what is counted: of a .hsb file what its head says, at once.")
  private boolean brief;

  @Parameters(
      paramLabel = "TRACE",
      description = "a file, FORMAT:path, or a workload with its parameters")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli sets spec and name.
  TraceInfoCommand() {}

  @Override
  public Integer call() {
    TraceDescription text = new TraceDescription(spec.commandLine().getOut());
    if (brief) {
      text.describe(described(name));
    }
    if (!brief || png != null) {
      profile(TraceSource.open(name), text);
    }
    return ExitCode.OK;
  }

  private void profile(Trace trace, TraceDescription text) {
    TraceProfile profile = TraceProfile.of(trace);
    if (!brief) {
      text.describeCounts(trace);
      new ProfileDescription(profile, text).describe();
    }
    if (png != null) {
      ProfileChart.write(trace.info().name(), profile, png);
      text.say("");
      text.say("  drawn in %s", png);
    }
  }

  private static Trace described(String text) {
    boolean isBinary = text.endsWith(".hsb") && Files.isRegularFile(Path.of(text));
    return isBinary ? HsbTrace.describe(Path.of(text)) : TraceSource.open(text);
  }
}
