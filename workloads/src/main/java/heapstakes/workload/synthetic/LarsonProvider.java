package heapstakes.workload.synthetic;

import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/** Larson and Krishnan's server; see {@link Larson}. */
public final class LarsonProvider implements WorkloadProvider {
  private static final int VERSION = 1;

  @Override
  public String name() {
    return "larson";
  }

  @Override
  public Group group() {
    return Group.SYNTHETIC;
  }

  @Override
  public String question() {
    return "How does an allocator scale with threads that inherit each other's blocks?";
  }

  @Override
  public String summary() {
    return "threads replace random ones of their blocks; each round new threads take the blocks over";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.number("threads", "4", 1, 1024, "threads at a time"),
        Parameter.number("operations", "1000000", 1, 1L << 40, "operations under load"),
        Parameter.number("blocks", "1000", 1, 1 << 20, "blocks of each thread"),
        Parameter.number("rounds", "4", 1, 1024, "generations of threads"),
        Parameter.size("min", "10", 0, 1 << 30, "smallest block, bytes"),
        Parameter.size("max", "500", 0, 1 << 30, "largest block, bytes"),
        Parameter.number("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"));
  }

  @Override
  public Trace trace(Arguments arguments) {
    int threads = (int) arguments.number("threads");
    int blocks = (int) arguments.number("blocks");
    int rounds = (int) arguments.number("rounds");
    int min = (int) arguments.number("min");
    int max = (int) arguments.number("max");
    if (min > max) {
      throw new TraceException(
          "larson: min=%d is above max=%d. Exchange or correct them.".formatted(min, max));
    }
    long operations = arguments.number("operations");
    long seed = arguments.number("seed");
    return GeneratedTrace.counted(
        Synthetic.title(this, arguments),
        Synthetic.specification(this, arguments, VERSION),
        1 + threads * rounds,
        List.of(TraceInfo.POPULATED, "loaded", "drained"),
        () -> new Larson(threads, blocks, rounds, operations, min, max, new SplitMix(seed)));
  }
}
