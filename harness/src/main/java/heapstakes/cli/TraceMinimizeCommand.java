package heapstakes.cli;

import heapstakes.file.OutputPlace;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import heapstakes.trace.edit.TraceMinimizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace minimize}. */
@Command(
    name = "minimize",
    description = {
      "Finds the shortest trace on which a command still fails (exits with another code than 0), by"
          + " delta debugging: first whole blocks are left out, then other lines, then single"
          + " operations.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "OUT always holds the shortest trace found so far, complete: Ctrl-C keeps it. A run that takes"
          + " longer than --timeout is taken for one that did not fail.",
      "Example:  heapstakes trace minimize app.hsb small.hst --while heapstakes verify -a jemalloc -t {}"
    })
final class TraceMinimizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "IN",
      description = "a file, FORMAT:path, or a workload with its parameters")
  private String in;

  @Parameters(
      paramLabel = "OUT",
      description = "ends in .hsb (binary), .hst (text), .hst.gz, .hst.xz or .hst.zst; so does {}")
  private Path out;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Of each run of COMMAND; by default ${DEFAULT-VALUE}.")
  private long timeout;

  @Option(
      names = "--halve-sizes",
      description = "Halve the sizes of what is left as well, as long as COMMAND fails.")
  private boolean halveSizes;

  @Option(
      names = "--while",
      paramLabel = "COMMAND...",
      required = true,
      parameterConsumer = TheRest.class,
      description =
          "Comes last: program and arguments, {} stands for the trace's path; or one word for the"
              + " shell.")
  private List<String> command = new ArrayList<>();

  /** Takes all words that are left, whatever they look like. */
  static final class TheRest implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      List<String> rest = new ArrayList<>();
      while (!words.isEmpty()) {
        rest.add(words.pop());
      }
      option.setValue(rest);
    }
  }

  @SuppressWarnings("NullAway.Init") // picocli sets spec, in and out.
  TraceMinimizeCommand() {}

  @Override
  public Integer call() {
    if (timeout < 1) {
      throw new UsageException(
          String.format(Locale.ROOT, "--timeout %d: give a second at least.", timeout));
    }
    Probe probe = new Probe(command, timeout);
    Trace trace = TraceSource.open(in);
    PrintWriter err = spec.commandLine().getErr();
    Path target = target(out);
    try (CandidatePlace place = new CandidatePlace(target)) {
      Minimization search = new Minimization(probe, target, trace.info().operations(), err);
      TraceMinimizer.minimize(trace, search, place.candidate(), halveSizes);
      search.end();
    }
    return ExitCode.OK;
  }

  /** Where the result is put again and again, by a rename; a link stays. */
  private static Path target(Path out) {
    try {
      OutputPlace place = OutputPlace.of(out);
      if (place.isStream()) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "%s is a device or a FIFO: what is found is put there again and again. Name a file.",
                out));
      }
      return place.path();
    } catch (IOException e) {
      throw unwritable(out, e);
    }
  }

  private static UsageException unwritable(Path out, IOException e) {
    return new UsageException(
        String.format(
            Locale.ROOT,
            "%s cannot be written: %s. See that its folder exists and may be written to.",
            out,
            e));
  }

  /** A folder beside the result, so that a candidate becomes the result by a rename. */
  private static final class CandidatePlace implements AutoCloseable {
    private final Path folder;
    private final Path candidate;
    private final Thread atExit = new Thread(this::clear);

    CandidatePlace(Path target) {
      try {
        folder = Files.createTempDirectory(target.getParent(), ".minimize-");
      } catch (IOException e) {
        throw unwritable(target, e);
      }
      candidate = folder.resolve(String.valueOf(target.getFileName()));
      Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path candidate() {
      return candidate;
    }

    @Override
    public void close() {
      Runtime.getRuntime().removeShutdownHook(atExit);
      clear();
    }

    private void clear() {
      try {
        Files.deleteIfExists(candidate);
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        // Something else is in it: whoever put it there may want it.
      }
    }
  }
}
