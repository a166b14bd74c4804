package heapstakes.trace.edit;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The algorithm ddmin of Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input,
 * IEEE Transactions on Software Engineering 28(2), 2002, figure 2: finds a part of some units on
 * which a test still fails, and from which no single unit can be left out. Steps have the paper's
 * names.
 */
final class DeltaDebugging {
  private final Predicate<int[]> fails;

  /**
   * The complement to try first: those before it did not fail a round ago, and seldom do now. The
   * paper begins with the first again.
   */
  private int first;

  /**
   * @param fails whether the test fails on these units, which are in order; it does on all of them
   */
  DeltaDebugging(Predicate<int[]> fails) {
    this.fails = fails;
  }

  /** A 1-minimal part of {@code units}; none of them if the test fails on none. */
  int[] minimize(int[] units) {
    if (units.length == 0 || fails.test(new int[0])) {
      return new int[0];
    }
    int[] failing = units;
    int granularity = 2;
    while (failing.length >= 2) {
      int[] subset = reduceToSubset(failing, granularity);
      if (subset.length < failing.length) {
        failing = subset;
        granularity = 2;
        continue;
      }
      int[] complement = reduceToComplement(failing, granularity);
      if (complement.length < failing.length) {
        failing = complement;
        granularity = Math.max(granularity - 1, 2);
      } else if (granularity < failing.length) {
        granularity = Math.min(failing.length, 2 * granularity);
      } else {
        break;
      }
    }
    return failing;
  }

  /** The first of the subsets on which the test fails, or all. */
  private int[] reduceToSubset(int[] units, int granularity) {
    for (int i = 0; i < granularity; i++) {
      int[] subset =
          Arrays.copyOfRange(units, bound(units, granularity, i), bound(units, granularity, i + 1));
      if (fails.test(subset)) {
        return subset;
      }
    }
    return units;
  }

  /** The first of the complements on which the test fails, or all. */
  private int[] reduceToComplement(int[] units, int granularity) {
    // Of two subsets the complements are the subsets.
    for (int tried = 0; granularity > 2 && tried < granularity; tried++) {
      int i = (first + tried) % granularity;
      int from = bound(units, granularity, i);
      int to = bound(units, granularity, i + 1);
      int[] complement = new int[units.length - (to - from)];
      System.arraycopy(units, 0, complement, 0, from);
      System.arraycopy(units, to, complement, from, units.length - to);
      if (fails.test(complement)) {
        first = i;
        return complement;
      }
    }
    first = 0;
    return units;
  }

  private static int bound(int[] units, int granularity, int i) {
    return (int) ((long) units.length * i / granularity);
  }
}
