package heapstakes.setting;

import java.util.Locale;

/**
 * Text that comes from a file or its name, as it may go to a terminal or into a table: what a
 * terminal would obey instead of show stands there as {@code \}{@code u001b}.
 */
public final class Printable {
  private static final String LINE_SEPARATORS = "\u2028\u2029";

  private Printable() {}

  /** {@code text} in one line. */
  public static String line(String text) {
    return escaped(text, "");
  }

  /** {@code text}, which may have several lines and tabs. */
  public static String lines(String text) {
    return escaped(text, "\n\t");
  }

  private static String escaped(String text, String kept) {
    if (text.chars().noneMatch(c -> isObeyed((char) c))) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (isObeyed(c) && kept.indexOf(c) < 0) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Control characters, ends of lines, and those that turn the direction of what follows. */
  private static boolean isObeyed(char c) {
    return Character.isISOControl(c)
        || LINE_SEPARATORS.indexOf(c) >= 0
        || c >= '\u202a' && c <= '\u202e'
        || c >= '\u2066' && c <= '\u2069';
  }
}
