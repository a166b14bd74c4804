package heapstakes.model.tcmalloc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Tables recorded from the real library: columns between tabs, comments after #. */
final class GoldenTable {
  private GoldenTable() {}

  static Stream<String[]> lines(String name) {
    try (InputStream stream = GoldenTable.class.getResourceAsStream("/golden/tcmalloc/" + name)) {
      if (stream == null) {
        throw new AssertionError("no table " + name);
      }
      List<String> lines =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
              .lines()
              .toList();
      return lines.stream().filter(l -> !l.startsWith("#")).map(l -> l.split("\t", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
