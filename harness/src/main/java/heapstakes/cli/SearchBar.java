package heapstakes.cli;

import heapstakes.results.table.Style;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a search is, if somebody is there to see it. */
final class SearchBar implements AutoCloseable {
  private static final int LONGEST_BAR = 110;
  private static final int LONGEST_MESSAGE = 40;

  private final Style style = new Style(false, Terminal.errorShowsUnicode(), Terminal.USUAL_WIDTH);
  private final @Nullable ProgressBar bar;
  private final int most;
  private int ended;

  /**
   * A bar on standard error.
   *
   * @param most steps that there may be; -1: not known
   */
  SearchBar(String task, int most) {
    this.most = most;
    this.bar = Terminal.errorIsTerminal() ? bar(task, most) : null;
  }

  /**
   * A bar on a terminal that can redraw a line.
   *
   * @param most steps that there may be; -1: not known
   */
  static ProgressBar bar(String task, long most) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(most)
        .setStyle(
            Terminal.errorShowsUnicode() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        // The consumer that the library picks by itself takes Ctrl-C away from this JVM.
        .setConsumer(
            new ConsoleProgressBarConsumer(System.err, Math.min(Terminal.width() - 1, LONGEST_BAR)))
        .clearDisplayOnFinish()
        .build();
  }

  /** One more: {@code what}. */
  void step(String what) {
    ended++;
    if (bar != null) {
      bar.setExtraMessage(" " + what.substring(0, Math.min(what.length(), LONGEST_MESSAGE)));
      bar.step();
    }
  }

  /** One more, with a line of its own where there is no bar and a tenth of all is over. */
  void stepAloud(String what) {
    step(what);
    if (bar == null && ended * 10L / most != (ended - 1) * 10L / most) {
      say("done");
    }
  }

  /** Writes a line. */
  void say(String what) {
    System.err.println(style.fit(String.format(Locale.ROOT, "[%d/%d] %s", ended, most, what)));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
