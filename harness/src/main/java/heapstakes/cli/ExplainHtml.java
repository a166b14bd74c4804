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
import java.util.stream.Collectors;

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
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>body{font-family:sans-serif;margin:2em;max-width:82em;overflow-wrap:anywhere}pre,figure{margin:0;overflow-x:auto}
        @media(max-width:40em){body{margin:1em}img{min-width:48em}}img{max-width:100%%}h1{font-size:1.3em}</style>
        </head>
        <body>
        <h1>%s</h1>
        %s
        <pre>%s</pre>
        <figure><img alt="Map of the heap, a cell a page" src="data:image/png;base64,%s"></figure>
        </body>
        </html>
        """,
        escaped(title),
        escaped(title),
        new ExplainSentences(explanation)
            .all().stream()
                .map(sentence -> "<p>" + escaped(sentence) + "</p>")
                .collect(Collectors.joining("\n")),
        escaped(new ExplainPage(explanation, settings).tables(Style.PLAIN).strip()),
        Base64.getEncoder().encodeToString(picture.toByteArray()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
