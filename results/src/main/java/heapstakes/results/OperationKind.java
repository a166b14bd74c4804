package heapstakes.results;

import java.util.Locale;

/** Kinds of operations whose durations are told apart. */
public enum OperationKind {
  /** malloc(3). */
  MALLOC,
  /** calloc(3). */
  CALLOC,
  /** realloc(3). */
  REALLOC,
  /** aligned_alloc(3), memalign(3). */
  MEMALIGN,
  /** free(3). */
  FREE,
  /** malloc_trim(3) and its like. */
  TRIM;

  /** The word in files, e.g. {@code malloc}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind whose {@link #word} is {@code word}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static OperationKind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
