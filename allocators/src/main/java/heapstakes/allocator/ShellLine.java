package heapstakes.allocator;

import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Variables of the environment as a shell takes them before a command. */
public final class ShellLine {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:=,@%+-]*");

  private ShellLine() {}

  /**
   * {@code NAME=VALUE NAME=VALUE …}, quoted where a shell would read it otherwise; may be empty.
   */
  public static String of(SequencedMap<String, String> environment) {
    return environment.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + quoted(variable.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** Words with a blank between them, each quoted where a shell would read it otherwise. */
  public static String of(List<String> words) {
    return words.stream().map(ShellLine::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
