package heapstakes.results.run;

import java.util.Locale;

/** The separate runs that make up a cell. */
public enum Stage {
  /** Memory and kernel work, deterministic. */
  FOOTPRINT,
  /** Wall time, of whole replays and, in other replays, of single operations. */
  TIMING;

  /** The word in files, e.g. {@code footprint}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
