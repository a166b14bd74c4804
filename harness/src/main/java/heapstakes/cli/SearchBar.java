package heapstakes.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** Shows how far a search is, if somebody is there to see it. */
final class SearchBar implements AutoCloseable {
  private final @Nullable ProgressBar bar;

  /**
   * A bar on standard error.
   *
   * @param most steps that there may be; -1: not known
   */
  SearchBar(String task, int most) {
    bar =
        Terminal.errorIsTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(most)
                .clearDisplayOnFinish()
                .build()
            : null;
  }

  /** One more: {@code what}. */
  void step(String what) {
    if (bar != null) {
      bar.setExtraMessage(" " + what);
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
