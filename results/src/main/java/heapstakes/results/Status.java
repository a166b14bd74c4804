package heapstakes.results;

import java.util.Locale;

/** How a run of a cell ended. */
public enum Status {
  /** The trace was replayed to its end, or to its first refused request where it asks for that. */
  OK,
  /** The kernel had no frame left and ended the process. */
  OOM_KILLED,
  /** It did not end as it should: a crash, an abort of the library, a damaged heap. */
  FAILED,
  /** The library did what no malloc may: blocks that overlap, contents lost. None of it counts. */
  BROKEN;

  /** Whether there is nothing to be used: the cell is a failure of the run, and tried again. */
  public boolean isFailure() {
    return this == FAILED || this == BROKEN;
  }

  /** The word in files: {@code ok}, {@code oom_killed}, {@code failed}, {@code broken}. */
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
        "no status '" + word + "'; there are ok, oom_killed, failed, broken");
  }
}
