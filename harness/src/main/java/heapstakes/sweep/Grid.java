package heapstakes.sweep;

import heapstakes.setting.SettingException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts with braces, each of which stands for several: {@code narenas={1,2,8}}, {@code
 * ram={64M..1G*2}} (each twice the one before), {@code cpus={2..8+2}} (each two more),
 * {@code @{2.36,2.41}}.
 */
public final class Grid {
  /** As many texts as one may stand for. */
  static final int MOST = 1_000_000;

  private static final String UNITS = "KMGT";
  private static final int KIBI_BITS = 10;
  private static final Pattern NUMBER = Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?)([KMGT]?)");
  private static final Pattern RANGE =
      Pattern.compile(
          "(?<from>[^.]+(?:\\.[0-9]+)?)\\.\\.(?<to>[^*+]+)(?:(?<how>[*+])(?<step>.+))?");

  private final String text;

  private Grid(String text) {
    this.text = text;
  }

  /**
   * Every text that {@code text} stands for; the last brace varies fastest.
   *
   * @throws SettingException when a brace is not closed, a range leads nowhere, or there are more
   *     than a million
   */
  public static List<String> expand(String text) {
    return new Grid(text).expand();
  }

  private List<String> expand() {
    List<String> all = List.of("");
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('{', at);
      if (open < 0) {
        return each(all, List.of(tail(at)));
      }
      int close = text.indexOf('}', open);
      if (close < 0) {
        throw wrong("a brace is opened and not closed");
      }
      String inside = text.substring(open + 1, close);
      if (inside.indexOf('{') >= 0 || inside.isEmpty()) {
        throw wrong("within braces it takes values and ranges, and no braces");
      }
      all = each(each(all, List.of(text.substring(at, open))), values(inside));
      at = close + 1;
    }
    return all;
  }

  private String tail(int at) {
    String rest = text.substring(at);
    if (rest.indexOf('}') >= 0) {
      throw wrong("a brace is closed and was not opened");
    }
    return rest;
  }

  private List<String> each(List<String> heads, List<String> tails) {
    if ((long) heads.size() * tails.size() > MOST) {
      throw wrong("it stands for more than " + MOST);
    }
    List<String> all = new ArrayList<>(heads.size() * tails.size());
    for (String head : heads) {
      tails.forEach(tail -> all.add(head + tail));
    }
    return all;
  }

  private List<String> values(String inside) {
    List<String> values = new ArrayList<>();
    for (String value : inside.split(",", -1)) {
      if (value.contains("..")) {
        values.addAll(range(value));
      } else {
        values.add(value);
      }
    }
    return values;
  }

  private List<String> range(String range) {
    Matcher parts = RANGE.matcher(range);
    if (!parts.matches()) {
      throw wrong("'" + range + "' is no range");
    }
    BigDecimal from = number(parts.group("from"));
    BigDecimal to = number(parts.group("to"));
    boolean times = "*".equals(parts.group("how"));
    BigDecimal step = parts.group("step") == null ? BigDecimal.ONE : number(parts.group("step"));
    if (times ? step.compareTo(BigDecimal.ONE) <= 0 || from.signum() <= 0 : step.signum() <= 0) {
      throw wrong("'" + range + "' never comes to its end");
    }
    List<String> values = new ArrayList<>();
    for (BigDecimal at = from;
        at.compareTo(to) <= 0;
        at = times ? at.multiply(step).setScale(0, RoundingMode.HALF_UP) : at.add(step)) {
      values.add(written(at));
      if (values.size() > MOST) {
        throw wrong("'" + range + "' has more than " + MOST + " values");
      }
    }
    if (values.isEmpty()) {
      throw wrong("'" + range + "' is empty: it begins behind its end");
    }
    return values;
  }

  private BigDecimal number(String word) {
    Matcher number = NUMBER.matcher(word);
    if (!number.matches()) {
      throw wrong("'" + word + "' is no number");
    }
    int bits = KIBI_BITS * (UNITS.indexOf(number.group(2)) + 1);
    return new BigDecimal(number.group(1))
        .multiply(BigDecimal.valueOf(number.group(2).isEmpty() ? 1 : 1L << bits));
  }

  /** With the largest unit that leaves no fraction. */
  private static String written(BigDecimal number) {
    for (int i = UNITS.length(); number.signum() != 0 && i > 0; i--) {
      BigDecimal unit = BigDecimal.valueOf(1L << (KIBI_BITS * i));
      if (number.remainder(unit).signum() == 0) {
        return number.divide(unit, RoundingMode.UNNECESSARY).toPlainString() + UNITS.charAt(i - 1);
      }
    }
    return number.stripTrailingZeros().toPlainString();
  }

  private SettingException wrong(String why) {
    return new SettingException(
        String.format(
            Locale.ROOT,
            "%s: %s.%n  Examples: narenas={1,2,8}, ram={64M..1G*2}, cpus={2..8+2}, @{2.36,2.41}.",
            text,
            why));
  }
}
