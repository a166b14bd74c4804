package heapstakes.results.table;

/**
 * What the place that a table is written to can show.
 *
 * @param ansi whether colours are understood
 * @param unicode whether anything beyond ASCII is
 * @param width characters in a line, at least 40
 */
public record Style(boolean ansi, boolean unicode, int width) {
  /** A file or a pipe that understands UTF-8. */
  public static final Style PLAIN = new Style(false, true, 120);

  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[1;32m";
  private static final String DIM = "\u001b[2m";
  private static final String RESET = "\u001b[0m";

  /** A heading. */
  public String bold(String text) {
    return ansi ? BOLD + text + RESET : text;
  }

  /** The best value of a column; its mark is part of the text, so that it shows without colour. */
  public String best(String text) {
    return ansi ? GREEN + text + RESET : text;
  }

  /** A remark. */
  public String dim(String text) {
    return ansi ? DIM + text + RESET : text;
  }

  /** {@code text} in characters that can be shown. */
  public String fit(String text) {
    return unicode
        ? text
        : text.replace("·", "-")
            .replace("×", "x")
            .replace("µ", "u")
            .replace("↳", "`-")
            .replace("…", "...")
            .replace("±", "+-")
            .replace("−", "-")
            .replace("–", "-")
            .replace("→", "->")
            .replaceAll("[^\\x00-\\x7f]", "?");
  }
}
