package heapstakes.allocator.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Delta debugging (Zeller and Hildebrandt, 2002): leaves out what a failure does not need. */
public final class Shrinking {
  private Shrinking() {}

  /**
   * A part of {@code actions} that still fails, and of which no single action can be left out.
   *
   * @param fails whether a program fails; must be so for {@code actions}, and always the same
   */
  public static List<Action> of(List<Action> actions, Predicate<List<Action>> fails) {
    List<Action> left = actions;
    int length = Math.max(1, left.size() / 2);
    while (true) {
      List<Action> shorter = withoutPieces(left, length, fails);
      boolean removed = shorter.size() < left.size();
      left = shorter;
      if (length > 1) {
        length /= 2;
      } else if (!removed) {
        return left;
      }
    }
  }

  private static List<Action> withoutPieces(
      List<Action> actions, int length, Predicate<List<Action>> fails) {
    List<Action> left = actions;
    for (int at = 0; at < left.size(); ) {
      List<Action> rest = new ArrayList<>(left.subList(0, at));
      rest.addAll(left.subList(Math.min(at + length, left.size()), left.size()));
      if (fails.test(rest)) {
        left = rest;
      } else {
        at += length;
      }
    }
    return left;
  }
}
