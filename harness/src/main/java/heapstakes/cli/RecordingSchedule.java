package heapstakes.cli;

import heapstakes.record.RecordingOptions.Window;
import heapstakes.record.RecordingWindow;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When {@code trace record} records.
 *
 * @param bySignal whether SIGUSR2 begins and ends it
 * @param from after how long it begins by itself
 * @param length how long it lasts; empty: until the program ends
 */
record RecordingSchedule(boolean bySignal, Optional<Duration> from, Optional<Duration> length) {
  private static final String SIGNAL = "SIGUSR2";
  private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h)");
  private static final int POLL_MILLIS = 20;

  /** As the options {@code --from} and {@code --for} have it. */
  static RecordingSchedule of(@Nullable String from, @Nullable String length) {
    boolean bySignal = SIGNAL.equals(from);
    return new RecordingSchedule(
        bySignal,
        from == null || bySignal ? Optional.empty() : Optional.of(time("--from", from)),
        length == null ? Optional.empty() : Optional.of(time("--for", length)));
  }

  private static Duration time(String option, String text) {
    Matcher parts = TIME.matcher(text);
    if (!parts.matches()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s=%s: it takes a time such as 500ms, 30s, 10m or 2h%s.",
              option,
              text,
              option.equals("--from") ? ", or " + SIGNAL : ""));
    }
    double millis =
        switch (parts.group(2)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    return Duration.ofMillis(Math.round(Double.parseDouble(parts.group(1)) * millis));
  }

  /**
   * What the recorder is told.
   *
   * @param hasBudget whether it may end when a budget is used up
   */
  Window window(boolean hasBudget) {
    if (bySignal) {
      return Window.ON_SIGNAL;
    }
    if (from.isPresent()) {
      return Window.ON_WORD;
    }
    return length.isPresent() || hasBudget ? Window.FROM_START : Window.ALWAYS;
  }

  /** Opens the window and closes it when it is time; returns when it was closed. */
  void keep(RecordingWindow window) throws InterruptedException {
    if (!bySignal) {
      Thread.sleep(from.orElse(Duration.ZERO));
      window.open();
    }
    while (!window.wasOpened()) {
      Thread.sleep(POLL_MILLIS);
    }
    length.ifPresent(time ->
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
            .execute(window::close));
    while (!window.isClosed()) {
      Thread.sleep(POLL_MILLIS);
    }
  }
}
