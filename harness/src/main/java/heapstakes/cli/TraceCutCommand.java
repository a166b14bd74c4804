package heapstakes.cli;

import static heapstakes.results.table.Units.count;

import heapstakes.replay.TraceSource;
import heapstakes.results.table.Units;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.edit.EventRange;
import heapstakes.trace.edit.TraceCut;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace cut}. */
@Command(
    name = "cut",
    description = {
      "Takes a stretch out of a trace. It begins with the blocks that are live there, allocated anew.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Where the stretch begins is marked as phase 'populated': timed runs start their clocks there.",
      "Example:  heapstakes trace cut my-program.hsb peak.hsb --from 2000000 --to 2100000"
    })
final class TraceCutCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "OPERATION",
      description = "The first operation to take, counted from 0; by default the first there is.")
  private @Nullable Long from;

  @Option(
      names = "--to",
      paramLabel = "OPERATION",
      description = "The first operation to leave; by default all are taken.")
  private @Nullable Long to;

  @Option(
      names = "--phase",
      paramLabel = "NAME",
      description = "Instead: what leads to this phase mark, from the mark before it on.")
  private @Nullable String phase;

  @Parameters(
      paramLabel = "IN",
      description = "a file, FORMAT:path, or a workload with its parameters")
  private String in;

  @Parameters(
      paramLabel = "OUT",
      description = "ends in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst")
  private Path out;

  @SuppressWarnings("NullAway.Init") // picocli sets spec, in and out.
  TraceCutCommand() {}

  @Override
  public Integer call() {
    if (phase != null ? from != null || to != null : from == null && to == null) {
      throw new UsageException(
          "trace cut takes --from, --to or both, or else --phase: which stretch is meant?");
    }
    Trace trace = TraceSource.open(in);
    TraceCut.Result cut = TraceCut.write(trace, range(trace), out);
    TraceInfo info = cut.trace();
    new TraceDescription(spec.commandLine().getOut())
        .say(
            "%s   %s operations of %s · begins with %s live blocks · peak requested %s",
            out,
            count(info.operations() - cut.liveAtStart()),
            count(trace.info().operations()),
            count(cut.liveAtStart()),
            Units.bytes(info.peakRequestedBytes()));
    return ExitCode.OK;
  }

  private EventRange range(Trace trace) {
    return phase != null
        ? EventRange.ofPhase(trace, phase)
        : EventRange.ofOperations(trace, from == null ? 0 : from, to == null ? Long.MAX_VALUE : to);
  }
}
