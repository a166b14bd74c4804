package heapstakes.trace.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Dense numbers for a trace's own thread numbers and phase names, by first appearance. */
public final class Symbols {
  private final Map<Integer, Integer> threadNumbers = new HashMap<>();
  private final List<Integer> threadIds = new ArrayList<>();
  private final Map<String, Integer> phaseNumbers = new HashMap<>();
  private final List<String> phases = new ArrayList<>();

  /** The dense number of thread {@code id}; the first one asked for is the initial thread. */
  int thread(int id) {
    Integer known = threadNumbers.get(id);
    if (known != null) {
      return known;
    }
    threadNumbers.put(id, threadIds.size());
    threadIds.add(id);
    return threadIds.size() - 1;
  }

  /** The number of the phase called {@code name}. */
  int phase(String name) {
    Integer known = phaseNumbers.get(name);
    if (known != null) {
      return known;
    }
    phaseNumbers.put(name, phases.size());
    phases.add(name);
    return phases.size() - 1;
  }

  /** Whether {@code id} has a number. */
  boolean isKnownThread(int id) {
    return threadNumbers.containsKey(id);
  }

  /** Whether no thread has been named. */
  boolean isThreadless() {
    return threadIds.isEmpty();
  }

  /** The trace's thread numbers by dense number. */
  public List<Integer> threadIds() {
    return threadIds.isEmpty() ? List.of(0) : List.copyOf(threadIds);
  }

  /** Names of the phase marks by number. */
  public List<String> phases() {
    return List.copyOf(phases);
  }
}
