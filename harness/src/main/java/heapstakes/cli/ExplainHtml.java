package heapstakes.cli;

import heapstakes.explain.Explanation;
import heapstakes.explain.SettingTrial;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.table.Style;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Why memory is where it is, as one page with the map inside. */
final class ExplainHtml {
  private ExplainHtml() {}

  /** Writes the file, which appears when it is complete. */
  static void write(Explanation explanation, List<SettingTrial> settings, Path file) {
    String page = page(explanation, settings);
    AtomicFile.write(file, writer -> writer.append(page));
  }

  private static String page(Explanation explanation, List<SettingTrial> settings) {
    ByteArrayOutputStream picture = new ByteArrayOutputStream();
    try {
      HeapMapPicture.write(explanation, picture);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String title = explanation.contestant() + " on " + explanation.trace().name();
    return String.format(
        Locale.ROOT,
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>%s</title>
        <style>body{font-family:sans-serif;margin:2em;max-width:82em}pre{overflow-x:auto}img{max-width:100%%}</style>
        </head>
        <body>
        <pre>%s</pre>
        <img alt="Map of the heap, a cell a page" src="data:image/png;base64,%s">
        </body>
        </html>
        """,
        escaped(title),
        escaped(new ExplainPage(explanation, settings).text(Style.PLAIN)),
        Base64.getEncoder().encodeToString(picture.toByteArray()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
