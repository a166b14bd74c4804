package heapstakes.record;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What is recorded of a program.
 *
 * @param clocked times as well
 * @param frames how many return addresses of each call, from 0 to {@link #MOST_FRAMES}
 * @param onlyFirst the first process only, whatever it starts
 * @param window when
 * @param isPacked whether {@link RecordingBudget} packs what is written meanwhile
 * @param sampleEvery mean bytes between blocks that are sampled; 0: all calls are recorded
 */
public record RecordingOptions(
    boolean clocked,
    int frames,
    boolean onlyFirst,
    Window window,
    boolean isPacked,
    long sampleEvery) {
  /** When calls are recorded. */
  public enum Window {
    /** From the start to the end. */
    ALWAYS,
    /** From the start to {@link RecordingWindow#close}. */
    FROM_START,
    /** From {@link RecordingWindow#open} to {@link RecordingWindow#close}. */
    ON_WORD,
    /** The same, and a process that gets SIGUSR2 does the one and then the other. */
    ON_SIGNAL
  }

  /** Most return addresses of a call. */
  public static final int MOST_FRAMES = 8;

  /** Calls and nothing else. */
  public static final RecordingOptions PLAIN =
      new RecordingOptions(false, 0, false, Window.ALWAYS, false);

  /** Calls and times. */
  public static final RecordingOptions CLOCKED =
      new RecordingOptions(true, 0, false, Window.ALWAYS, false);

  /** All calls. */
  public RecordingOptions(
      boolean clocked, int frames, boolean onlyFirst, Window window, boolean isPacked) {
    this(clocked, frames, onlyFirst, window, isPacked, 0);
  }

  /** The same of sampled blocks. */
  public RecordingOptions sampling(long every) {
    return new RecordingOptions(clocked, frames, onlyFirst, window, isPacked, every);
  }

  /** From the start to the end. */
  public RecordingOptions(boolean clocked, int frames, boolean onlyFirst) {
    this(clocked, frames, onlyFirst, Window.ALWAYS, false);
  }

  /** Checks the ranges. */
  public RecordingOptions {
    if (frames < 0 || frames > MOST_FRAMES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d return addresses a call; it is 0 to %d", frames, MOST_FRAMES));
    }
  }

  /** What the recorder is told. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    if (clocked) {
      environment.put("HEAPSTAKES_RECORD_CLOCK", "1");
    }
    if (frames > 0) {
      environment.put("HEAPSTAKES_RECORD_SITES", String.valueOf(frames));
    }
    if (onlyFirst) {
      environment.put("HEAPSTAKES_RECORD_FIRST", "1");
    }
    if (window != Window.ALWAYS) {
      environment.put("HEAPSTAKES_RECORD_WINDOW", "1");
    }
    if (window == Window.ON_SIGNAL) {
      environment.put("HEAPSTAKES_RECORD_SIGNAL", "1");
    }
    if (sampleEvery > 0) {
      environment.put("HEAPSTAKES_RECORD_SAMPLE", String.valueOf(sampleEvery));
    }
    if (isPacked) {
      environment.put("HEAPSTAKES_RECORD_PACKED", "1");
    }
    return environment;
  }
}
