package heapstakes.results.export;

import heapstakes.results.ResultException;
import heapstakes.results.run.JmhJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The run's own {@code jmh.json}, checked. */
final class JmhFile {
  private JmhFile() {}

  static SequencedMap<String, String> of(Path run) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    Path file = run.resolve(JmhJson.NAME);
    try {
      if (Files.exists(file)) {
        String text = Files.readString(file);
        JsonMapper.builder().build().readTree(text);
        files.put("jmh-result.json", text);
      }
    } catch (IOException | JacksonException e) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              "cannot read %s: %s.\n  The file was edited or damaged. Run again.",
              file,
              e.getMessage()),
          e);
    }
    return files;
  }
}
