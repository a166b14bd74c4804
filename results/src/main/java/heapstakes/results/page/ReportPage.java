package heapstakes.results.page;

import heapstakes.results.csv.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run as a single HTML file, for a browser without a network: charts, a table to sort, and what
 * it ran on.
 */
public final class ReportPage {
  /** Name of the page, where it is put into the run's directory. */
  public static final String NAME = "report.html";

  private static final String CHARTS =
      "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js";
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

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
            "style", resource("page.css"),
            "charts", resource(CHARTS),
            "script", resource("page.js"),
            "data", PageData.of(run));
    // In one pass: what is put in is not searched again.
    String page =
        PLACE
            .matcher(resource("page.html"))
            .replaceAll(place ->
                Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
    AtomicFile.write(file, writer -> writer.append(page));
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
