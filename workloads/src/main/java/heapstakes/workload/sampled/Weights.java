package heapstakes.workload.sampled;

import java.util.List;

/**
 * How many blocks each sampled one stands for. The inverse of its probability is right on average;
 * as it is known how many requests there were, and how many bytes they asked for, the weights of
 * blocks that were not sure to be sampled are then moved in proportion to 1 and to their size until
 * both sums are met: the generalized regression estimator of survey sampling (Särndal, Swensson and
 * Wretman, Model Assisted Survey Sampling, 1992, chapter 6).
 */
final class Weights {
  /** Up to here a block is one of the copies that it stands for, as it was. */
  static final double SURE = 1.5;

  /** A weight that would move by more says that the totals are of something else. */
  private static final double MOST_MOVED = 2;

  private Weights() {}

  static double[] of(SampledRecording recording) {
    List<SampledBlock> blocks = recording.blocks();
    double[] weights = new double[blocks.size()];
    double count = 0;
    double bytes = 0;
    double ones = 0;
    double sizes = 0;
    double squares = 0;
    for (int i = 0; i < weights.length; i++) {
      double size = blocks.get(i).size();
      weights[i] = recording.weight(blocks.get(i));
      count += weights[i];
      bytes += weights[i] * size;
      if (weights[i] > SURE) {
        ones += weights[i];
        sizes += weights[i] * size;
        squares += weights[i] * size * size;
      }
    }
    double determinant = ones * squares - sizes * sizes;
    if (determinant <= 0) {
      return weights;
    }
    double missing = recording.requests() - count;
    double missingBytes = recording.bytes() - bytes;
    double flat = (missing * squares - missingBytes * sizes) / determinant;
    double bySize = (missingBytes * ones - missing * sizes) / determinant;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > SURE) {
        double factor = 1 + flat + bySize * blocks.get(i).size();
        weights[i] *= Math.clamp(factor, 1 / MOST_MOVED, MOST_MOVED);
      }
    }
    return weights;
  }
}
