package heapstakes.forecast;

/**
 * Least squares with unknowns that are not negative, by coordinate descent on the normal equations:
 * one unknown at a time takes its best value, until none changes. The problem is convex, so that
 * where it ends does not depend on the way.
 */
final class NonNegativeFit {
  private static final int MOST_ROUNDS = 100_000;
  private static final double SMALLEST_STEP = 1e-10; // relative

  private NonNegativeFit() {}

  /**
   * Minimises the sum over rows of {@code weights × (rows · unknowns − targets)²}.
   *
   * @param rows as many columns each as there are unknowns
   */
  static double[] solve(double[][] rows, double[] targets, double[] weights) {
    int unknowns = rows.length == 0 ? 0 : rows[0].length;
    double[][] products = new double[unknowns][unknowns];
    double[] sides = new double[unknowns];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < unknowns; i++) {
        double weighted = weights[row] * rows[row][i];
        sides[i] += weighted * targets[row];
        for (int j = 0; j < unknowns && weighted != 0; j++) {
          products[i][j] += weighted * rows[row][j];
        }
      }
    }
    double[] solution = new double[unknowns];
    boolean moves = true;
    for (int round = 0; moves && round < MOST_ROUNDS; round++) {
      moves = false;
      for (int i = 0; i < unknowns; i++) {
        moves |= products[i][i] > 0 && improve(solution, i, products[i], sides[i]);
      }
    }
    return solution;
  }

  /** Gives unknown {@code i} its best value; whether that changed much. */
  private static boolean improve(double[] solution, int i, double[] products, double side) {
    double rest = side;
    for (int j = 0; j < solution.length; j++) {
      rest -= j == i ? 0 : products[j] * solution[j];
    }
    double best = Math.max(0, rest / products[i]);
    boolean moves = Math.abs(best - solution[i]) > SMALLEST_STEP * Math.max(1e-6, best);
    solution[i] = best;
    return moves;
  }
}
