package heapstakes.upgrade;

import heapstakes.setting.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/** The distributions of {@code distributions.tsv}: a line a fact. */
public final class Distributions {
  private static final String NONE = "-";
  private static final List<Distribution> ALL = read();

  private Distributions() {}

  /** Every one, in the file's order. */
  public static List<Distribution> all() {
    return ALL;
  }

  /** The one that {@code text} names, with or without hyphens and blanks; empty for none. */
  public static Optional<Distribution> find(String text) {
    String wanted = text.toLowerCase(Locale.ROOT).replaceAll("[- _]", "");
    return ALL.stream().filter(one -> one.id().equals(wanted)).findFirst();
  }

  private static List<Distribution> read() {
    SequencedMap<String, Distribution> found = new LinkedHashMap<>();
    for (String line : lines()) {
      String[] field = line.split("\t", -1);
      found
          .computeIfAbsent(field[0], id -> new Distribution(id, field[1], new LinkedHashMap<>()))
          .libraries()
          .put(field[2], carried(field[3], field[4], field[5]));
    }
    return List.copyOf(found.values());
  }

  private static Distribution.Carried carried(String version, String checked, String source) {
    Spec spec = Spec.parse(version);
    return new Distribution.Carried(
        Optional.of(spec.name()).filter(number -> !number.equals(NONE)),
        spec.settings(),
        checked.equals("checked"),
        source);
  }

  private static List<String> lines() {
    try (InputStream in = Distributions.class.getResourceAsStream("distributions.tsv")) {
      List<String> lines = new ArrayList<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(lines::add);
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
