package heapstakes.workload;

import java.util.List;

/**
 * What a workload is best run on when the user names nothing.
 *
 * @param contestants allocators as on the command line; empty: the usual ones. Real libraries that
 *     are not installed are left out.
 * @param memory as on the command line, at most one of a kind; empty: the usual
 */
public record Suggestion(List<String> contestants, List<String> memory) {
  /** The usual contestants in the usual memory. */
  public static final Suggestion USUAL = new Suggestion(List.of(), List.of());

  /** Copies its lists. */
  public Suggestion {
    contestants = List.copyOf(contestants);
    memory = List.copyOf(memory);
  }

  /** These contestants in the usual memory. */
  public static Suggestion contestants(String... contestants) {
    return new Suggestion(List.of(contestants), List.of());
  }
}
