package heapstakes.workload.synthetic;

import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/** A server under steady load; see {@link ServerChurn}. */
public final class ServerChurnProvider implements WorkloadProvider {
  private static final int VERSION = 1;

  @Override
  public String name() {
    return "server-churn";
  }

  @Override
  public Group group() {
    return Group.SYNTHETIC;
  }

  @Override
  public String question() {
    return "What does a busy server's heap cost, and what is left of it when the load is gone?";
  }

  @Override
  public String summary() {
    return "live blocks of connections on threads, then operations of requests; a part freed elsewhere";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.number("threads", "4", 1, 1024, "threads"),
        Parameter.number("operations", "1000000", 1, 1L << 40, "operations under load"),
        Parameter.number("live", "50000", 1, 1 << 28, "blocks that connections hold"),
        Parameter.number("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Parameter.choice("sizes", SizeMix.NAMES, "mix of block sizes"));
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
