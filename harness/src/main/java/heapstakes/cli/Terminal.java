package heapstakes.cli;

import heapstakes.results.table.Style;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is at the other end of standard output and standard error. */
final class Terminal {
  static final int USUAL_WIDTH = 120;
  private static final int NARROWEST = 40;
  private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");

  private Terminal() {}

  /** How tables on standard output should look. */
  static Style outputStyle() {
    boolean terminal = isTerminal(1);
    boolean ansi =
        terminal && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    return new Style(ansi, showsUnicode(System.out.charset()), terminal ? width() : USUAL_WIDTH);
  }

  /** Whether standard error is a terminal that can redraw a line. */
  static boolean errorIsTerminal() {
    return isTerminal(2) && !"dumb".equals(System.getenv("TERM"));
  }

  /** Whether standard error takes more than ASCII. */
  static boolean errorShowsUnicode() {
    return showsUnicode(System.err.charset());
  }

  private static boolean showsUnicode(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8);
  }

  /** By what the descriptor is open on; where there is no /proc, by what the JDK says of both. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null && System.console().isTerminal();
    }
  }

  /** Columns of the terminal, as COLUMNS or stty(1) tell them. */
  static int width() {
    String given = System.getenv("COLUMNS");
    if (given != null && given.matches("[0-9]{2,4}")) {
      return Math.max(NARROWEST, Integer.parseInt(given));
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Matcher size =
          SIZE.matcher(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
      int columns = size.matches() ? Integer.parseInt(size.group(1)) : 0;
      // A terminal that does not know its size says 0.
      return columns == 0 ? USUAL_WIDTH : Math.max(NARROWEST, columns);
    } catch (IOException e) {
      return USUAL_WIDTH;
    }
  }
}
