package heapstakes.cli;

import heapstakes.results.run.SweepMerge;
import heapstakes.setting.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heapstakes merge}: the parts of a sweep as one run directory. */
@Command(
    name = "merge",
    description = {
      "Joins the parts that 'sweep --shard' made into the run directory of the whole sweep.",
      "Parts that are missing, unfinished, of another build or of other traces are refused."
    },
    mixinStandardHelpOptions = true)
final class MergeCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "Run directories of every part, in any order.")
  private List<Path> parts = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "The run directory that is made.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    int cells = SweepMerge.merge(parts, out);
    System.out.printf(
        Locale.ROOT,
        "%d cells of %d parts in %s%n",
        cells,
        parts.size(),
        Printable.line(out.toString()));
    return ExitCode.OK;
  }
}
