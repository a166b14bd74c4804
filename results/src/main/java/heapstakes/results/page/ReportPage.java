package heapstakes.results.page;

import heapstakes.results.csv.AtomicFile;
import java.nio.file.Path;
import java.util.Map;

/**
 * A run as a single HTML file, for a browser without a network: charts, a table to sort, and what
 * it ran on.
 */
public final class ReportPage {
  /** Name of the page, where it is put into the run's directory. */
  public static final String NAME = "report.html";

  private static final String CHARTS =
      "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js";

  private ReportPage() {}

  /**
   * Writes the page.
   *
   * @param run directory of a run
   * @param file is replaced
   * @throws heapstakes.results.ResultException when the run cannot be read, or the file not written
   */
  public static void write(Path run, Path file) {
    Map<String, String> parts =
        Map.of(
            "style", PageTemplate.switchedStyle(),
            "charts", PageTemplate.resource(CHARTS),
            "script", PageTemplate.resource("page.js"),
            "data", PageData.of(run));
    String page = PageTemplate.fill("page.html", parts);
    AtomicFile.write(file, writer -> writer.append(page));
  }
}
