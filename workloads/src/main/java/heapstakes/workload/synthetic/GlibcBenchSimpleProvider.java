package heapstakes.workload.synthetic;

import static heapstakes.workload.synthetic.Script.mark;
import static heapstakes.workload.synthetic.Script.repeat;

import heapstakes.trace.Op;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import java.util.List;

/**
 * What glibc's benchtests/bench-malloc-simple does: 25, 100, 400 and 1600 blocks of one size are
 * allocated and freed in the same order, again and again. All of that once to warm up and once in
 * the initial thread, once in another thread, and once more in the initial thread of a process that
 * has had two.
 */
public final class GlibcBenchSimpleProvider extends ScriptedProvider {
  private static final int[] COUNTS = {25, 100, 400, 1600};

  /** The array of pointers, which the program allocates too. */
  private static final int ARRAY_SLOT = 1600;

  private static final long ARRAY_BYTES = 8L * ARRAY_SLOT;

  /** Listed as a service. */
  public GlibcBenchSimpleProvider() {
    super("glibc-bench-simple", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "How does glibc's own malloc-simple benchmark rank the allocators?";
  }

  @Override
  public String summary() {
    return "25, 100, 400, 1600 × malloc(size), freed in order, iterations blocks of each; 2 threads";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.size("size", "16", 1, 1L << 32, "bytes of each block"),
        Parameter.number("iterations", "200000", 1600, 1L << 40, "blocks for each count"));
  }

  @Override
  int threads(Arguments arguments) {
    return 2;
  }

  @Override
  List<String> phases(Arguments arguments) {
    return List.of("warm", "main arena", "thread arena", "main arena, two threads", "end");
  }

  @Override
  Script script(Arguments arguments) {
    long size = arguments.number("size");
    long iterations = arguments.number("iterations");
    return new Script(
        Script.thread(0),
        repeat(1, (batch, i) -> batch.add(Op.MALLOC, ARRAY_SLOT, ARRAY_BYTES, 0)),
        counts(size, iterations),
        mark(0),
        counts(size, iterations),
        mark(1),
        Script.thread(1),
        counts(size, iterations),
        mark(2),
        repeat(1, (batch, i) -> batch.add(Op.THREAD_EXIT, 1, 0, 0)),
        Script.thread(0),
        counts(size, iterations),
        mark(3),
        repeat(1, (batch, i) -> batch.add(Op.FREE, ARRAY_SLOT, 0, 0)),
        mark(4));
  }

  private static Script.Part counts(long size, long iterations) {
    return Script.each(
        COUNTS.length,
        which -> {
          int count = COUNTS[which];
          return repeat(
              iterations / count * 2 * count,
              (batch, i) -> {
                int slot = (int) (i % count);
                boolean frees = i / count % 2 == 1;
                batch.add(frees ? Op.FREE : Op.MALLOC, slot, frees ? 0 : size, 0);
              });
        });
  }
}
