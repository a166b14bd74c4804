package heapstakes.results.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Those that nobody beats: no other is at least as good at both and better at one. */
public final class ParetoSet {
  private ParetoSet() {}

  /**
   * Best at the first cost first; of those that are equal at both, all.
   *
   * @param first a cost: less is better
   * @param second another
   */
  public static <T> List<T> of(
      List<T> candidates, ToDoubleFunction<T> first, ToDoubleFunction<T> second) {
    List<T> sorted = new ArrayList<>(candidates);
    sorted.sort(Comparator.comparingDouble(first).thenComparingDouble(second));
    List<T> unbeaten = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY; // second cost so far
    double atFirst = Double.NaN; // first cost of the last that was taken
    for (T candidate : sorted) {
      double cost = second.applyAsDouble(candidate);
      boolean equal = cost == least && first.applyAsDouble(candidate) == atFirst;
      if (cost < least || equal) {
        unbeaten.add(candidate);
        least = cost;
        atFirst = first.applyAsDouble(candidate);
      }
    }
    return unbeaten;
  }
}
