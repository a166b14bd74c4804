package heapstakes.trace;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A trace whose events are computed as a cursor goes; nothing is stored. */
public final class GeneratedTrace implements Trace {
  private final Supplier<TraceInfo> counting;
  private final Supplier<? extends TraceCursor> cursors;
  private @Nullable TraceInfo info;

  private GeneratedTrace(Supplier<TraceInfo> counting, Supplier<? extends TraceCursor> cursors) {
    this.counting = counting;
    this.cursors = cursors;
  }

  /** A trace of which everything is known beforehand. */
  public static GeneratedTrace known(TraceInfo info, Supplier<? extends TraceCursor> cursors) {
    return new GeneratedTrace(() -> info, cursors);
  }

  /**
   * A trace whose events are counted, and validated, by a pass over them when {@link #info} is
   * first asked for.
   *
   * @param name the workload with its parameters
   * @param specification all that determines the events, for the digest
   */
  public static GeneratedTrace counted(
      String name,
      String specification,
      int threads,
      List<String> phases,
      Supplier<? extends TraceCursor> cursors) {
    List<Integer> threadIds = IntStream.range(0, threads).boxed().toList();
    return new GeneratedTrace(
        () ->
            count(name, cursors)
                .info(name, Digests.sha256(specification), threadIds, List.copyOf(phases), 0),
        cursors);
  }

  @Override
  public synchronized TraceInfo info() {
    TraceInfo known = info;
    if (known == null) {
      known = counting.get();
      info = known;
    }
    return known;
  }

  @Override
  public TraceCursor open() {
    return cursors.get();
  }

  private static TraceSummary count(String name, Supplier<? extends TraceCursor> cursors) {
    return TraceSummary.of(name, cursors.get());
  }
}
