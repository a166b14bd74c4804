package heapstakes.workload.synthetic;

import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import heapstakes.workload.Suggestion;
import java.util.List;

/** A program that needs a little more memory than there is; see {@link MemoryPressure}. */
public final class MemoryPressureProvider extends ScriptedProvider {
  /** Listed as a service. */
  public MemoryPressureProvider() {
    super("memory-pressure", Group.QUESTION);
  }

  @Override
  public String question() {
    return "Would an allocator that gives up free pages at once help when memory is short?";
  }

  @Override
  public String summary() {
    return "small blocks, most freed, then large ones, then accesses, in a little too little memory";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.size("live", "32M", 1 << 20, 1L << 36, "bytes that are live at most"),
        Parameter.number("rounds", "4", 1, 1000, "of small and large blocks"),
        Parameter.number("accesses", "100000", 0, 1 << 30, "accesses to live blocks a round"),
        Parameter.number("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"));
  }

  /** A tenth less than what is live; no contestant can hold that and nothing else. */
  @Override
  public Suggestion suggestion(Arguments arguments) {
    long kib = arguments.number("live") >> 10;
    return new Suggestion(
        List.of(
            "bump",
            "ptmalloc2",
            "ptmalloc2:trim=modern-on-free",
            "ptmalloc2:madvise_on_free=true",
            "tcmalloc",
            "tcmalloc:aggressive_decommit=true",
            "jemalloc",
            "jemalloc:dirty_decay_ms=0",
            "jemalloc:dirty_decay_ms=10000,muzzy_decay_ms=10000"),
        List.of(
            "simulated:memory_max=%dK,swap=%dK".formatted(Math.max(1024, kib * 9 / 10), 16 * kib)));
  }

  @Override
  List<String> phases(Arguments arguments) {
    return MemoryPressure.phases((int) arguments.number("rounds"));
  }

  @Override
  Script script(Arguments arguments) {
    return new MemoryPressure(
            arguments.number("live"),
            arguments.number("accesses"),
            new SplitMix(arguments.number("seed")))
        .script((int) arguments.number("rounds"));
  }
}
