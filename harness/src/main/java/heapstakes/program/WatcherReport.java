package heapstakes.program;

import heapstakes.results.program.ProgramRun.AtEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the watcher wrote: lines of a word and {@code key=value}s. {@code begun} once the program
 * runs, {@code process} of each that ended, in bytes, {@code end} of the first one, times in ns,
 * {@code failed} when it could not be started.
 *
 * @param processes one each
 * @param end how the first ended
 * @param errno why it could not be started; 0 when it could
 */
record WatcherReport(List<Map<String, Long>> processes, Map<String, Long> end, int errno) {
  static WatcherReport read(Path file) throws IOException {
    List<Map<String, Long>> processes = new ArrayList<>();
    Map<String, Long> end = Map.of();
    int errno = 0;
    for (String line : Files.readAllLines(file)) {
      Map<String, Long> values = values(line);
      switch (line.split(" ")[0]) {
        case "process" -> processes.add(values);
        case "end" -> end = values;
        case "begun" -> {}
        default -> errno = values.getOrDefault("error", 0L).intValue();
      }
    }
    return new WatcherReport(processes, end, errno);
  }

  private static Map<String, Long> values(String line) {
    return Arrays.stream(line.split(" "))
        .filter(word -> word.contains("="))
        .map(word -> word.split("="))
        .collect(Collectors.toMap(pair -> pair[0], pair -> Long.parseLong(pair[1])));
  }

  long end(String key) {
    return figure(end, key);
  }

  private static long figure(Map<String, Long> line, String key) {
    return line.getOrDefault(key, 0L);
  }

  private Optional<Map<String, Long>> largest() {
    return processes.stream().max(Comparator.comparing(process -> figure(process, "peak")));
  }

  /** Of the largest process; where nobody could trace, wait4's word for it. */
  long peakBytes() {
    return largest().map(process -> figure(process, "peak")).orElseGet(() -> end("peak"));
  }

  /**
   * Memory of the largest process at its end.
   *
   * @param isAsked whether there is a library to look for
   */
  Optional<AtEnd> atEnd(boolean isAsked) {
    return largest()
        .map(process ->
            new AtEnd(
                figure(process, "resident"),
                figure(process, "anonymous"),
                figure(process, "lazy_free"),
                figure(process, "huge"),
                isAsked ? Optional.of(figure(process, "library") != 0) : Optional.empty()));
  }
}
