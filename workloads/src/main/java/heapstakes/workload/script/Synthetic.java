package heapstakes.workload.script;

import heapstakes.trace.TraceException;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/** What providers of computed workloads share: names and digests. */
public final class Synthetic {
  private Synthetic() {}

  /** The workload with the parameters that were given. */
  public static String title(WorkloadProvider provider, Arguments arguments) {
    String given = arguments.toString();
    return given.isEmpty() ? provider.name() : provider.name() + ":" + given;
  }

  /**
   * All that determines the events, but for what a file says.
   *
   * @param version changes when the same parameters give other events
   */
  public static String specification(WorkloadProvider provider, Arguments arguments, int version) {
    StringBuilder text = new StringBuilder(provider.name()).append(" version ").append(version);
    for (Parameter parameter : provider.parameters()) {
      String key = parameter.key();
      switch (parameter.kind()) {
        case NUMBER, SIZE -> text.append(' ').append(key).append('=').append(arguments.number(key));
        case CHOICE -> text.append(' ').append(key).append('=').append(arguments.text(key));
        case FILE -> {} // the same file has other names elsewhere
      }
    }
    return text.toString();
  }

  /** {@code bytes} with the largest of K, M, G that divides it. */
  public static String size(long bytes) {
    int unit = 0;
    long left = bytes;
    while (unit < 3 && left != 0 && left % 1024 == 0) {
      left /= 1024;
      unit++;
    }
    return left + List.of("", "K", "M", "G").get(unit);
  }

  /** Refuses parameters that contradict each other; {@code why} says how to mend it. */
  public static void require(boolean holds, WorkloadProvider provider, String why) {
    if (!holds) {
      throw new TraceException(provider.name() + ": " + why);
    }
  }
}
