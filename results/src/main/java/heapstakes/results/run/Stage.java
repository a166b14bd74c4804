package heapstakes.results.run;

import java.util.Locale;

/** The separate runs that make up a cell. */
public enum Stage {
  /** Memory and kernel work, deterministic. */
  FOOTPRINT,
  /** Wall time of whole replays. */
  THROUGHPUT,
  /** Wall time of single operations. */
  LATENCY;

  /** The word in files, e.g. {@code footprint}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
