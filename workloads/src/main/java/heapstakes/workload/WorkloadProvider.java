package heapstakes.workload;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import java.util.List;

/** A named workload; found by {@code META-INF/services}; must be cheap to construct. */
public interface WorkloadProvider {
  /** Name on the command line. */
  String name();

  /** The workloads it stands for: itself, unless one class serves several names. */
  default List<WorkloadProvider> providers() {
    return List.of(this);
  }

  /** Heading under which {@code list workloads} shows it. */
  Group group();

  /** The question it answers, one line. */
  String question();

  /** What it does, one line, naming the parameters. */
  String summary();

  /** Its parameters, in the order in which they are listed. */
  default List<Setting> parameters() {
    return List.of();
  }

  /**
   * The workload as a trace; generators stream and hold no events.
   *
   * @param arguments values for {@link #parameters}
   */
  Trace trace(Settings arguments);

  /**
   * The memory that shows the answer best, as on the command line, at most one of a kind: {@code
   * run -w NAME} takes it where the user names none. Empty: the usual.
   *
   * @param arguments values for {@link #parameters}
   */
  default List<String> suggestedMemory(Settings arguments) {
    return List.of();
  }

  /** Headings of {@code list workloads}. */
  enum Group {
    /** Recorded from real programs. */
    RECORDED,
    /** Questions that people ask about freed memory. */
    QUESTION,
    /** Benchmarks of the literature and synthetic mixes. */
    SYNTHETIC
  }
}
