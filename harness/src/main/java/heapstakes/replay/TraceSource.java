package heapstakes.replay;

import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import heapstakes.setting.Spelling;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.file.Traces;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the trace that a command line means. */
public final class TraceSource {
  private TraceSource() {}

  /**
   * Opens a workload {@code NAME[:KEY=VALUE[,KEY=VALUE…]]} or a trace file {@code [FORMAT:]PATH}. A
   * workload goes before a file of the same name; {@code ./NAME} is the file.
   *
   * @throws SettingException when a parameter or its value is not known
   * @throws TraceException when there is no such workload or file, or the file is damaged
   */
  public static Trace open(String text) {
    Optional<WorkloadProvider> workload = workload(text);
    if (workload.isPresent()) {
      return open(workload.get(), Spec.settingsOf(text));
    }
    String name = Spec.head(text).toString();
    if (isWord(name) && !isFormat(name) && !exists(text)) {
      throw unknown(text, name);
    }
    return Traces.open(text);
  }

  /**
   * Opens a workload.
   *
   * @param arguments {@code KEY=VALUE[,KEY=VALUE…]}, or empty for all defaults
   * @throws SettingException when a parameter or its value is not known
   */
  public static Trace open(WorkloadProvider workload, String arguments) {
    return workload.trace(given(workload, arguments));
  }

  /**
   * The memory that the workload that {@code text} names is best run in; empty: the usual, as for a
   * file.
   *
   * @throws SettingException when a parameter or its value is not known
   */
  public static List<String> suggestedMemory(String text) {
    return workload(text)
        .map(w -> w.suggestedMemory(given(w, Spec.settingsOf(text))))
        .orElse(List.of());
  }

  /** The workload that {@code text} names; it has no versions: {@code NAME@…} is a file. */
  private static Optional<WorkloadProvider> workload(String text) {
    String name = Spec.head(text).toString();
    return Workloads.all().stream().filter(w -> w.name().equals(name)).findFirst();
  }

  private static Settings given(WorkloadProvider workload, String arguments) {
    return Settings.parse(workload.name(), workload.parameters(), arguments);
  }

  private static boolean isWord(String name) {
    return name.matches("[\\w-]+");
  }

  private static boolean isFormat(String name) {
    return name.equals("hsb") || Traces.formats().stream().anyMatch(f -> f.name().equals(name));
  }

  private static boolean exists(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static TraceException unknown(String text, String name) {
    List<String> names = Workloads.all().stream().map(WorkloadProvider::name).toList();
    return new TraceException(
        String.format(
            Locale.ROOT,
            """
            there is neither a workload nor a trace file '%s'.%s
              Workloads: %s.
              Try: heapstakes list workloads\
            """,
            text,
            Spelling.didYouMean(name, names),
            String.join(", ", names)));
  }
}
