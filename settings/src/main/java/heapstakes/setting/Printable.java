package heapstakes.setting;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text that comes from a file or its name, as it may go to a terminal or into a table: what a
 * terminal would obey instead of show stands there as {@code \}{@code u001b}.
 */
public final class Printable {
  private static final String LINE_SEPARATORS = "\u2028\u2029";

  private static final String FORMULA_STARTS = "=+-@\t\r";
  private static final char FORMULA_MARK = '\'';
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?");

  private Printable() {}

  /** {@code text} in one line. */
  public static String line(String text) {
    return escaped(text, "");
  }

  /** {@code text}, which may have several lines and tabs. */
  public static String lines(String text) {
    return escaped(text, "\n\t");
  }

  /**
   * {@code text} as a cell of a table that a spreadsheet may open: what one would run as a formula
   * has an apostrophe before it, and so has what begins as if it had. Numbers stay as they are.
   */
  public static String cell(String text) {
    return isFormula(text) && !NUMBER.matcher(text).matches() || isMarked(text)
        ? FORMULA_MARK + text
        : text;
  }

  /** The text that {@link #cell} made {@code cell} of. */
  public static String ofCell(String cell) {
    return isMarked(cell) ? cell.substring(1) : cell;
  }

  private static boolean isFormula(String text) {
    return !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
  }

  private static boolean isMarked(String text) {
    int marks = 0;
    while (marks < text.length() && text.charAt(marks) == FORMULA_MARK) {
      marks++;
    }
    return marks > 0 && isFormula(text.substring(marks));
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
