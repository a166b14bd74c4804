package heapstakes.workload.script;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import heapstakes.trace.TraceException;
import heapstakes.workload.WorkloadProvider;
import java.util.Optional;

/** What providers of computed workloads share: names and digests. */
public final class Synthetic {
  private Synthetic() {}

  /** The workload with the parameters that were given. */
  public static String title(WorkloadProvider provider, Settings arguments) {
    return new Spec(provider.name(), Optional.empty(), arguments.given()).toString();
  }

  /**
   * All that determines the events, but for what a file says.
   *
   * @param version changes when the same parameters give other events
   */
  public static String specification(WorkloadProvider provider, Settings arguments, int version) {
    StringBuilder text = new StringBuilder(provider.name()).append(" version ").append(version);
    for (Setting parameter : provider.parameters()) {
      String key = parameter.key();
      switch (parameter.type()) {
        case INTEGER, SIZE ->
            text.append(' ').append(key).append('=').append(arguments.number(key));
        case DECIMAL, BOOLEAN, CHOICE ->
            text.append(' ').append(key).append('=').append(arguments.text(key));
        case TEXT -> {} // the same file has other names elsewhere
      }
    }
    return text.toString();
  }

  /** Refuses parameters that contradict each other; {@code why} says how to mend it. */
  public static void require(boolean holds, WorkloadProvider provider, String why) {
    if (!holds) {
      throw new TraceException(provider.name() + ": " + why);
    }
  }
}
