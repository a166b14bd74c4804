package heapstakes.results.export;

import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Function;

/** What a run can be exported as. */
public enum Export {
  /** Memory over virtual time, for ms_print(1) and massif-visualizer: a file a metered cell. */
  MASSIF(MassifFiles::of),
  /** HdrHistogram log of all timed cells, tagged {@code workload/contestant/operation}. */
  HLOG(HistogramLog::of),
  /** JMH's JSON with memory as secondary metrics, for its viewers. */
  JMH(JmhFile::of),
  /** github-action-benchmark: {@code customSmallerIsBetter} and {@code customBiggerIsBetter}. */
  GITHUB_BENCHMARK(GithubBenchmark::of),
  /** Bencher Metric Format. */
  BENCHER(BencherMetrics::of);

  private final Function<Path, SequencedMap<String, String>> files;

  Export(Function<Path, SequencedMap<String, String>> files) {
    this.files = files;
  }

  /** The word on the command line: {@code github-benchmark}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Writes the files.
   *
   * @param run directory of a run
   * @param folder where the files go; made if it is missing
   * @return the files, at least one
   * @throws ResultException when the run has nothing to export, is damaged, or the folder is not
   *     writable
   */
  public List<Path> write(Path run, Path folder) {
    CellsCsv.ofRun(run); // not a run, or a damaged one: nothing is written then
    SequencedMap<String, String> contents = files.apply(run);
    if (contents.isEmpty()) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "%s has nothing that can be written as %s: no cell of it was measured that way.",
              run,
              word()));
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputException(folder, e);
    }
    return contents.entrySet().stream()
        .map(entry -> {
          Path file = folder.resolve(entry.getKey());
          AtomicFile.write(file, writer -> writer.append(entry.getValue()));
          return file;
        })
        .toList();
  }
}
