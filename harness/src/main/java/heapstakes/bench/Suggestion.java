package heapstakes.bench;

import heapstakes.replay.TraceSource;
import heapstakes.setting.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a workload is best run on when the user names nothing. A workload knows the memory that
 * shows its answer, but no contestants: who shows it best is a line of {@code contestants.tsv}.
 *
 * @param contestants allocators as on the command line; empty: the usual ones. Real libraries that
 *     are not installed are left out.
 * @param memory as on the command line, at most one of a kind; empty: the usual
 */
public record Suggestion(List<String> contestants, List<String> memory) {
  private static final Map<String, List<String>> CONTESTANTS = read();

  /** Copies its lists. */
  public Suggestion {
    contestants = List.copyOf(contestants);
    memory = List.copyOf(memory);
  }

  /**
   * For what {@code -w} takes; for a file, the usual.
   *
   * @throws heapstakes.setting.SettingException when a parameter or its value is not known
   */
  public static Suggestion of(String workload) {
    return new Suggestion(
        CONTESTANTS.getOrDefault(Spec.head(workload).toString(), List.of()),
        TraceSource.suggestedMemory(workload));
  }

  /** Names of the workloads with contestants of their own. */
  static List<String> workloads() {
    return List.copyOf(CONTESTANTS.keySet());
  }

  private static Map<String, List<String>> read() {
    try (InputStream in = Suggestion.class.getResourceAsStream("contestants.tsv")) {
      Map<String, List<String>> table = new TreeMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", 2))
          .forEach(row -> table.put(row[0], List.of(row[1].split(" ", -1))));
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
