package heapstakes.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run directory holds that an undisturbed run of the same must hold as well.
 *
 * @param rows columns of cells.csv that are counted, by the cell's key; times are there or not
 * @param lines of timeline.csv, in order
 * @param counts rows of forks.csv and latency.csv, by file and key; rounds that are there twice
 */
record RunFigures(
    Map<String, Map<String, String>> rows, List<String> lines, Map<String, Integer> counts) {
  private static final int KEY_COLUMNS = 8;

  private static final int ROUND_COLUMNS = 7;

  /** How the columns begin that differ from run to run; the runner has no class path to ask by. */
  private static final List<String> TIMED =
      List.of("throughput_", "latency_", "one_life_", "steady_");

  static RunFigures of(Path run) throws IOException {
    Map<String, Map<String, String>> rows = new TreeMap<>();
    List<String> cells = read(run.resolve("cells.csv"));
    List<String> names = cells.isEmpty() ? List.of() : split(cells.getFirst());
    for (String line : cells.subList(Math.min(1, cells.size()), cells.size())) {
      List<String> values = split(line);
      Map<String, String> row = new TreeMap<>();
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        String value = i < values.size() ? values.get(i) : "cut short";
        boolean isTime = TIMED.stream().anyMatch(name::startsWith);
        // A starved machine may leave too few replays for an error.
        boolean isThere = !value.isEmpty() && !name.equals("throughput_error_ops_per_s");
        row.put(name, isTime ? isThere ? "measured" : "" : value);
      }
      String key = String.join(",", values.subList(0, Math.min(KEY_COLUMNS, values.size())));
      if (rows.put(key, row) != null) {
        row.put("status", "there twice");
      }
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (String file : List.of("forks.csv", "latency.csv")) {
      List<String> lines = read(run.resolve(file));
      for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
        counts.merge(file + " " + split(line).getFirst(), 1, Integer::sum);
      }
    }
    Set<String> rounds = new HashSet<>();
    for (String line : read(run.resolve("rounds.csv"))) {
      String round = String.join(",", split(line).subList(0, ROUND_COLUMNS));
      if (!rounds.add(round)) {
        counts.merge("rounds.csv, there twice: " + round, 1, Integer::sum);
      }
    }
    List<String> timeline = new ArrayList<>(read(run.resolve("timeline.csv")));
    timeline.sort(null);
    return new RunFigures(rows, timeline, counts);
  }

  private static List<String> read(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** No value of such a run holds a comma in quotes. */
  private static List<String> split(String line) {
    return List.of(line.split(",", -1));
  }

  int cells() {
    return rows.size();
  }

  /** Empty if there is none. */
  String differenceFrom(RunFigures expected) {
    if (!rows.keySet().equals(expected.rows.keySet())) {
      return "cells: " + rows.keySet() + " instead of " + expected.rows.keySet();
    }
    for (var row : expected.rows.entrySet()) {
      Map<String, String> mine = rows.get(row.getKey());
      for (var value : row.getValue().entrySet()) {
        String got = mine == null ? "" : mine.getOrDefault(value.getKey(), "no such column");
        if (!value.getValue().equals(got)) {
          return String.format(
              Locale.ROOT,
              "%s: %s is '%s' instead of '%s'",
              row.getKey(),
              value.getKey(),
              got,
              value.getValue());
        }
      }
    }
    if (!counts.equals(expected.counts)) {
      return "rows of files: " + counts + " instead of " + expected.counts;
    }
    return lines.equals(expected.lines) ? "" : "timeline.csv differs";
  }
}
