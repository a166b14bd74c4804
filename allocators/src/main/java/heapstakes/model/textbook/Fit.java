package heapstakes.model.textbook;

import java.util.Locale;

/** Which free block serves a request. */
enum Fit {
  /** The first in the list that is large enough. */
  FIRST,
  /** The same, but the search goes on where the last one ended. */
  NEXT,
  /** The smallest that is large enough, of equals the first. */
  BEST,
  /** The largest, of equals the first. */
  WORST;

  static Fit of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
