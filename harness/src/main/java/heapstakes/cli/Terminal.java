package heapstakes.cli;

import heapstakes.results.table.Style;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/** What is at the other end of standard output and standard error. */
final class Terminal {
  static final int USUAL_WIDTH = 120;
  private static final int NARROWEST = 40;

  private Terminal() {}

  /** How tables on standard output should look. */
  static Style outputStyle() {
    boolean terminal = isTerminal(SystemStream.Output);
    boolean ansi =
        terminal && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    return new Style(ansi, showsUnicode(System.out.charset()), terminal ? width() : USUAL_WIDTH);
  }

  /** Whether standard error is a terminal that can redraw a line. */
  static boolean errorIsTerminal() {
    return isTerminal(SystemStream.Error) && !"dumb".equals(System.getenv("TERM"));
  }

  /** Whether standard error takes more than ASCII. */
  static boolean errorShowsUnicode() {
    return showsUnicode(System.err.charset());
  }

  private static boolean showsUnicode(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8);
  }

  private static boolean isTerminal(SystemStream stream) {
    return Systems.PROVIDERS.stream().anyMatch(provider -> provider.isSystemStream(stream));
  }

  /** Columns of the terminal, as COLUMNS or the terminal itself tells them. */
  static int width() {
    String given = System.getenv("COLUMNS");
    if (given != null && given.matches("[0-9]{2,4}")) {
      return Math.max(NARROWEST, Integer.parseInt(given));
    }
    try (org.jline.terminal.Terminal terminal =
        TerminalBuilder.builder().system(true).dumb(true).build()) {
      // A terminal that does not know its size says 0.
      return terminal.getWidth() == 0 ? USUAL_WIDTH : Math.max(NARROWEST, terminal.getWidth());
    } catch (IOException e) {
      return USUAL_WIDTH;
    }
  }

  /** Ways of asking the system, looked for when the first question is put. */
  private static final class Systems {
    static final List<TerminalProvider> PROVIDERS =
        TerminalBuilder.builder().getProviders(null, new IllegalStateException("no terminal"));
  }
}
