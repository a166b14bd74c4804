package heapstakes.cli;

import heapstakes.meter.FootprintObserver;
import heapstakes.trace.TraceInfo;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on standard error while a long trace is replayed, if somebody is there to see it. */
final class ReplayProgress implements FootprintObserver, AutoCloseable {
  private static final long LONG = 5_000_000; // operations: about a second

  private final @Nullable ProgressBar bar;

  ReplayProgress(TraceInfo info) {
    bar =
        Terminal.errorIsTerminal() && info.operations() > LONG
            ? new ProgressBarBuilder()
                .setTaskName(info.name())
                .setInitialMax(info.operations())
                .setUnit(" M operations", 1_000_000)
                .clearDisplayOnFinish()
                .build()
            : null;
  }

  @Override
  public void progress(long operations) {
    if (bar != null) {
      bar.stepTo(operations);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
