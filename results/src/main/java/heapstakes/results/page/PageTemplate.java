package heapstakes.results.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What pages are made of: templates with places to fill, and the look that all have. */
final class PageTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PageTemplate() {}

  /** The template with every {@code {{place}}} replaced by the part of that name. */
  static String fill(String template, Map<String, String> parts) {
    // In one pass: what is put in is not searched again.
    return PLACE
        .matcher(resource(template))
        .replaceAll(
            place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
  }

  /** The look of a page whose script sets {@code data-theme}. */
  static String switchedStyle() {
    return resource("page.css") + ":root[data-theme=\"dark\"] {\n" + resource("dark.css") + "}\n";
  }

  /** The same look, dark where the reader's system is. */
  static String systemStyle() {
    return resource("page.css")
        + "@media (prefers-color-scheme: dark) { :root {\n"
        + resource("dark.css")
        + "} }\n";
  }

  /** A file beside this class, or anywhere on the class path. */
  static String resource(String name) {
    try (InputStream in = PageTemplate.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
