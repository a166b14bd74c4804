package heapstakes.fidelity;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run of operations on one side did, in columns: both sides cut at the same operations, so
 * that they can be compared pairwise.
 */
final class Stretch {
  /** Operations in each but the last one. */
  static final int OPERATIONS = 4096;

  /** Number of the first operation. */
  final long first;

  /** {@link heapstakes.driver.Location}s; 0 for operations that return no block. */
  final long[] locations = new long[OPERATIONS];

  /** Of the blocks, 0 for none. */
  final long[] addresses = new long[OPERATIONS];

  /** Program break behind the operation, bytes from the initial one. */
  final long[] breaks = new long[OPERATIONS];

  /** System calls during these operations. */
  final List<KernelCall> calls = new ArrayList<>();

  /** Operations that ended. */
  int count;

  /** Whether it is the last one. */
  boolean last;

  Stretch(long first) {
    this.first = first;
  }

  /** The stretch behind this one. */
  Stretch next() {
    return new Stretch(first + count);
  }

  boolean isFull() {
    return count == OPERATIONS;
  }
}
