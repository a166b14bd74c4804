package heapstakes.results;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a run of a cell ended. */
public enum Status {
  /** The trace was replayed to its end, or to its first refused request where it asks for that. */
  OK,
  /** The kernel had no frame left and ended the process. */
  OOM_KILLED,
  /**
   * The library called abort(3), or its model did so in its place: {@code detail} is its message.
   */
  ABORTED,
  /** It did not end as it should: a crash, a damaged heap, a fault of heapstakes. */
  FAILED,
  /** The library did what no malloc may: blocks that overlap, contents lost. None of it counts. */
  BROKEN;

  /** Whether there is nothing to be used: the cell is a failure of the run, and tried again. */
  public boolean isFailure() {
    return this == ABORTED || this == FAILED || this == BROKEN;
  }

  /** The word in files, e.g. {@code oom_killed}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The status whose {@link #word} is {@code word}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Status of(String word) {
    for (Status status : values()) {
      if (status.word().equals(word)) {
        return status;
      }
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "no status '%s'; there are %s", word, words()));
  }

  /** Whether there is a status of that word. */
  static boolean isWord(String text) {
    return Arrays.stream(values()).anyMatch(status -> status.word().equals(text));
  }

  static String words() {
    return Arrays.stream(values()).map(Status::word).collect(Collectors.joining(", "));
  }
}
