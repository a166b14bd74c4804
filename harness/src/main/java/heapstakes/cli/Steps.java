package heapstakes.cli;

import heapstakes.results.table.Style;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far many equal steps have come, on standard error: a bar, or what failed and each tenth. */
final class Steps implements AutoCloseable {
  private static final int LONGEST_BAR = 110;

  private final Style style = new Style(false, Terminal.errorShowsUnicode(), Terminal.USUAL_WIDTH);
  private final int steps;
  private final @Nullable ProgressBar bar;
  private int ended;

  Steps(String name, int steps) {
    this.steps = steps;
    this.bar =
        Terminal.errorIsTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(steps)
                .setStyle(style.unicode() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .setConsumer(
                    new ConsoleProgressBarConsumer(
                        System.err, Math.min(Terminal.width() - 1, LONGEST_BAR)))
                .clearDisplayOnFinish()
                .build()
            : null;
  }

  /** A step is over. */
  void ended(String what, String failure) {
    ended++;
    if (bar != null) {
      bar.step();
    }
    if (!failure.isEmpty()) {
      say(String.format(Locale.ROOT, "%s failed: %s", what, failure));
    } else if (bar == null && ended * 10L / steps != (ended - 1) * 10L / steps) {
      say("done");
    }
  }

  private void say(String what) {
    System.err.println(style.fit(String.format(Locale.ROOT, "[%d/%d] %s", ended, steps, what)));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
