package heapstakes.results.export;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.ResultException;
import heapstakes.results.WorkloadNames;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.run.CellFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** All histograms of a run in one HdrHistogram log; tags say whose they are. */
final class HistogramLog {
  private static final String TAG = "Tag=";

  private HistogramLog() {}

  static SequencedMap<String, String> of(Path run) {
    StringBuilder log = new StringBuilder();
    List<Cell> cells = CellsCsv.ofRun(run);
    WorkloadNames names = WorkloadNames.ofCells(cells);
    cells.forEach(cell -> append(log, names, cell.key(), CellFiles.histograms(run, cell.key())));
    SequencedMap<String, String> files = new LinkedHashMap<>();
    if (!log.isEmpty()) {
      files.put("latency.hlog", log.toString());
    }
    return files;
  }

  private static void append(StringBuilder log, WorkloadNames names, CellKey key, Path file) {
    if (!Files.exists(file) || key.memory().startsWith("simulated")) {
      return;
    }
    // A tag may hold neither commas nor white space.
    String owner =
        String.format(Locale.ROOT, "%s/%s", names.of(key), key.contestant())
            .replaceAll("[,\\s]+", ";");
    boolean isFirst = log.isEmpty();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(TAG)) {
          log.append(TAG).append(owner).append('/').append(line.substring(TAG.length()));
          log.append('\n');
        } else if (isFirst) {
          log.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      throw new ResultException(
          String.format(Locale.ROOT, "cannot read %s: %s.", file, e.getMessage()), e);
    }
  }
}
