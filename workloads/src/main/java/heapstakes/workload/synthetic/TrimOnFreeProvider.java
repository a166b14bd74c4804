package heapstakes.workload.synthetic;

import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import heapstakes.workload.Suggestion;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/** A server of one thread under load, short enough for strategies that cost a call a free. */
public final class TrimOnFreeProvider implements WorkloadProvider {
  private static final int VERSION = 1;

  @Override
  public String name() {
    return "trim-on-free";
  }

  @Override
  public Group group() {
    return Group.QUESTION;
  }

  @Override
  public String question() {
    return "Should free() trim, or give pages back by itself?";
  }

  @Override
  public String summary() {
    return "the server of server-churn; compare what is retained with what a call costs";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.number("threads", "1", 1, 1024, "threads"),
        Parameter.number("operations", "60000", 1, 1L << 40, "operations under load"),
        Parameter.number("live", "4000", 1, 1 << 28, "blocks that connections hold"),
        Parameter.number("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Parameter.choice("sizes", SizeMix.NAMES, "mix of block sizes"));
  }

  @Override
  public Suggestion suggestion(Arguments arguments) {
    return Suggestion.contestants(
        "ptmalloc2",
        "ptmalloc2:trim=modern-on-free",
        "ptmalloc2:trim=legacy-on-free",
        "ptmalloc2:madvise_on_free=true",
        "ptmalloc2:trim_threshold=0,top_pad=0",
        "tcmalloc",
        "tcmalloc:aggressive_decommit=true",
        "jemalloc",
        "jemalloc:dirty_decay_ms=0");
  }

  @Override
  public Trace trace(Arguments arguments) {
    int threads = (int) arguments.number("threads");
    long operations = arguments.number("operations");
    int live = (int) arguments.number("live");
    long seed = arguments.number("seed");
    String sizes = arguments.text("sizes");
    return GeneratedTrace.counted(
        Synthetic.title(this, arguments),
        Synthetic.specification(this, arguments, VERSION),
        threads,
        List.of(TraceInfo.POPULATED, "loaded", "drained"),
        () -> new ServerChurn(threads, operations, live, seed, SizeMix.named(sizes)));
  }
}
