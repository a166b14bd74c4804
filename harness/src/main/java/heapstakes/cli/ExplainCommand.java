package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.explain.Explainer;
import heapstakes.explain.Explanation;
import heapstakes.explain.Moment;
import heapstakes.explain.SettingTrial;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TraceSource;
import heapstakes.results.page.Pictures;
import heapstakes.trace.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heapstakes explain}: freed, and why the memory is still there. */
@Command(
    name = "explain",
    description = {
      "Which live blocks keep memory from the kernel.",
      "What holds the program break, the partly used pages, the half-empty slabs or spans; by size,",
      "age and thread. What it says it has tried: a replay of its own frees the block and reports",
      "what went back.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Operations are counted from 1: --at 1000 is the moment after the 1000th. A mark is the first",
      "of its name, and goes before a word that is the same.",
      "'keeps' is empty resident memory in pages and slabs that cannot go while a block in them",
      "lives; blocks that share a page or slab share what it keeps. 'alone': one block does it.",
      "Examples:",
      "  heapstakes explain -a ptmalloc2 -t jq",
      "  heapstakes explain -a jemalloc -t my-program.hst.zst --at loaded --png map.png"
    })
final class ExplainCommand implements Callable<Integer> {
  /** How it is printed. */
  enum Format {
    /** For people. */
    TEXT,
    /** A row a group of live blocks. */
    CSV,
    /** All there is. */
    JSON
  }

  @Option(
      names = {"-a", "--allocator"},
      required = true,
      paramLabel = "MODEL",
      description = "Model, NAME[@VERSION][:KEY=VALUE[,KEY=VALUE...]].")
  private String allocator = "";

  @Option(
      names = {"-t", "--trace"},
      required = true,
      paramLabel = "TRACE",
      description = "Trace file, or workload NAME[:KEY=VALUE[,KEY=VALUE...]].")
  private String trace = "";

  @Option(
      names = "--at",
      paramLabel = "MOMENT",
      defaultValue = Moment.RETAINED,
      description =
          "A mark of the trace, a number of operations, peak (of resident memory), end, or retained"
              + " (default): the last moment after the peak of requests at which most is retained.")
  private String at = Moment.RETAINED;

  @Option(
      names = "--memory",
      paramLabel = "MEMORY",
      defaultValue = "simulated",
      description = "Simulated machine, with settings simulated:KEY=VALUE[,KEY=VALUE...].")
  private String memory = "";

  @Option(
      names = "--budget",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Try so many settings, each by a replay up to the same moment, and show those under which"
              + " less was resident (default ${DEFAULT-VALUE}: none).")
  private int budget;

  @Option(
      names = "--format",
      paramLabel = "text|csv|json",
      defaultValue = "text",
      description = "What to print (default ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Option(
      names = "--png",
      paramLabel = "FILE",
      description = "Draw a map of the heap, a cell a page, into this file.")
  private @Nullable Path png;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write text and map as one page, which needs no network.")
  private @Nullable Path html;

  @Override
  public Integer call() {
    if (budget < 0) {
      throw new UsageException(
          String.format(Locale.ROOT, "--budget %d: it takes 0 or more replays.", budget));
    }
    Contestant contestant = Allocators.parse(allocator);
    contestant.requireAvailable();
    Machine machine = Machine.parse(memory);
    if (png != null || html != null) {
      Pictures.prepare();
    }
    Trace source = TraceSource.open(trace);
    Explanation explanation;
    List<SettingTrial> settings;
    try (SearchBar steps = new SearchBar("explain", -1)) {
      Explainer explainer =
          new Explainer(contestant, machine, source, ReplayOptions.DEFAULT, steps::step);
      explanation = explainer.explain(at);
      settings = budget == 0 ? List.of() : explainer.trySettings(explanation, budget);
    }
    if (png != null) {
      HeapMapPicture.write(explanation, png);
    }
    if (html != null) {
      ExplainHtml.write(explanation, settings, html);
    }
    System.out.print(
        switch (format) {
          case TEXT -> new ExplainPage(explanation, settings).text(Terminal.outputStyle());
          case CSV -> new ExplainData(explanation, settings).csv();
          case JSON -> new ExplainData(explanation, settings).json();
        });
    return ExitCode.OK;
  }
}
