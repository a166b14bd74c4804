package heapstakes.cli;

import heapstakes.results.judge.Objective;
import java.util.Arrays;
import java.util.Iterator;

/** What {@code --objective} takes, for completion. */
final class ObjectiveWords implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Objective.values()).map(Objective::word).iterator();
  }
}
