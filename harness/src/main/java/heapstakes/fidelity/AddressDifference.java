package heapstakes.fidelity;

import java.util.List;

/**
 * The first operation whose block, or the break behind it, is not the same.
 *
 * @param operation its number
 * @param slot the slot it is about
 * @param library what the library did: where the block lies, and the break
 * @param twin what the twin did
 * @param context the operations before and the operation itself, as lines of the text form with
 *     their numbers
 */
public record AddressDifference(
    long operation, int slot, Answer library, Answer twin, List<String> context) {

  /**
   * What an operation did.
   *
   * @param block where it lies, e.g. {@code brk+0x2a0}
   * @param breakOffset bytes from the initial break to the break
   */
  public record Answer(String block, long breakOffset) {}
}
