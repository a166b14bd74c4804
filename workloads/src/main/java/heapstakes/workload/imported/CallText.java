package heapstakes.workload.imported;

import heapstakes.trace.io.LineReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call as tracers print it: {@code malloc(24) = 0x55d0}, {@code lib->free(0x55d0) = <void>},
 * {@code memalign(al 64, size 128) = 0x4A41}, {@code malloc(24 <unfinished ...>}.
 *
 * @param name the function, without the object it was called from or found in
 * @param arguments as printed, without blanks around them
 * @param trailer what follows the arguments
 * @param unfinished whether the call had not returned when the line was printed
 */
record CallText(String name, List<String> arguments, String trailer, boolean unfinished) {
  /** The call that {@code text} holds, or null if it holds none. */
  static @Nullable CallText of(String text) {
    int open = text.indexOf('(');
    String name = open < 0 ? "" : name(text.substring(0, open));
    if (name.isEmpty()) {
      return null;
    }
    int close = closing(text, open);
    int cut = text.indexOf(" <", open);
    if (close < 0 && cut < 0) {
      return new CallText(name, List.of(), "", false);
    }
    boolean unfinished = close < 0;
    List<String> arguments = split(text.substring(open + 1, unfinished ? cut : close));
    String trailer = text.substring(unfinished ? cut : close + 1).strip();
    return new CallText(name, arguments, trailer, unfinished);
  }

  /** What is behind the last {@code =} of a line's end; empty if nothing is. */
  static String result(String trailer) {
    return trailer.substring(trailer.lastIndexOf('=') + 1).strip();
  }

  /** Whether something else than a result follows the arguments. */
  boolean isBroken() {
    return !trailer.isEmpty() && trailer.indexOf('=') < 0;
  }

  /**
   * Argument {@code index} as a number, of which 64 bits are kept.
   *
   * @throws heapstakes.trace.TraceException when there is none
   */
  long number(LineReader lines, int index, String what) {
    if (index >= arguments.size()) {
      throw lines.malformed(String.format(Locale.ROOT, "%s of %s is missing", what, name));
    }
    return number(lines, arguments.get(index), what);
  }

  /** The number of the argument that is printed {@code KEY NUMBER}. */
  long keyed(LineReader lines, String key) {
    for (String argument : arguments) {
      if (argument.startsWith(key + " ")) {
        return number(lines, argument.substring(key.length() + 1).strip(), key);
      }
    }
    throw lines.malformed(String.format(Locale.ROOT, "'%s NUMBER' of %s is missing", key, name));
  }

  /**
   * The pointer that the call gave.
   *
   * @throws heapstakes.trace.TraceException when there is none
   */
  long pointer(LineReader lines) {
    return number(lines, result(trailer), "the result of " + name);
  }

  /**
   * Reads {@code 12}, {@code 0xc}, {@code #12}, or {@code NULL}, {@code nil} and {@code (nil)} as
   * 0.
   */
  static long number(LineReader lines, String text, String what) {
    try {
      return switch (text) {
        case "NULL", "nil", "(nil)" -> 0;
        default ->
            text.startsWith("0x")
                ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                : Long.parseUnsignedLong(text.startsWith("#") ? text.substring(1) : text);
      };
    } catch (NumberFormatException e) {
      throw lines.malformed(String.format(Locale.ROOT, "%s, '%s', is not a number", what, text));
    }
  }

  private static String name(String before) {
    int arrow = before.lastIndexOf("->");
    int start = Math.max(arrow < 0 ? 0 : arrow + 2, before.lastIndexOf(' ') + 1);
    String bare = before.substring(start);
    int at = bare.indexOf('@');
    return at < 0 ? bare : bare.substring(0, at);
  }

  /** Where what opens at {@code open} closes, with what opens between; -1 if it does not. */
  private static int closing(String text, int open) {
    int depth = 0;
    for (int at = open; at < text.length(); at++) {
      char c = text.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return at;
      }
    }
    return -1;
  }

  private static List<String> split(String text) {
    List<String> arguments = new ArrayList<>();
    for (String argument : text.split(",", -1)) {
      arguments.add(argument.strip());
    }
    return arguments;
  }
}
