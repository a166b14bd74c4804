package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NonNegativeFitTest {
  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void whatHasASolutionIsSolved() {
    double[][] rows = {{1, 1}, {2, 1}, {0, 3}};
    double[] targets = {5, 7, 9}; // of 2 and 3

    double[] solution = NonNegativeFit.solve(rows, targets, ones(3));

    assertThat(solution).containsExactly(new double[] {2, 3}, within(1e-6));
  }

  @Test
  void whatWouldBeNegativeIsZeroAndTheRestFitsWithoutIt() {
    double[][] rows = {{1, 1}, {1, 2}, {1, 3}};
    double[] targets = {6, 4, 2}; // unbounded: 8 and -2; with 0 the first is their mean

    double[] solution = NonNegativeFit.solve(rows, targets, ones(3));

    assertThat(solution).containsExactly(new double[] {4, 0}, within(1e-6));
  }

  @Test
  void aWeightCountsAsThatManyRows() {
    double[] solution =
        NonNegativeFit.solve(new double[][] {{1}, {1}}, new double[] {1, 5}, new double[] {3, 1});

    assertThat(solution).containsExactly(new double[] {2}, within(1e-9));
  }

  /** The conditions of Karush, Kuhn and Tucker hold at the minimum and nowhere else. */
  @Test
  void noUnknownWouldBetterBeOther() {
    Random random = new Random(3);
    double[][] rows = new double[60][8];
    double[] targets = new double[60];
    for (int i = 0; i < rows.length; i++) {
      Arrays.setAll(rows[i], j -> random.nextDouble());
      targets[i] = random.nextDouble() * 2 - 0.5;
    }

    double[] solution = NonNegativeFit.solve(rows, targets, ones(60));

    for (int j = 0; j < 8; j++) {
      double slope = 0;
      for (int i = 0; i < rows.length; i++) {
        double rest = -targets[i];
        for (int k = 0; k < 8; k++) {
          rest += rows[i][k] * solution[k];
        }
        slope += rest * rows[i][j];
      }
      assertThat(solution[j]).isNotNegative();
      assertThat(slope).as("unknown %d, which is %s", j, solution[j]).isGreaterThan(-1e-6);
      assertThat(slope * solution[j]).isCloseTo(0, within(1e-6));
    }
  }
}
