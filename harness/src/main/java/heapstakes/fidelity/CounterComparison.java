package heapstakes.fidelity;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares readings of counters that both sides took at the same operations. */
final class CounterComparison {
  private final List<String> common;
  private final int[] ofLibrary;
  private final int[] ofTwin;
  private long equal;
  private long compared;
  private @Nullable CounterDifference first;

  CounterComparison(LibrarySide library, TwinSide twin) {
    List<String> names = twin.counterNames();
    common = library.counterNames().stream().filter(names::contains).toList();
    ofLibrary = common.stream().mapToInt(library.counterNames()::indexOf).toArray();
    ofTwin = common.stream().mapToInt(names::indexOf).toArray();
    int readings = Math.min(library.readings().size(), twin.readings().size());
    for (int i = 0; i < readings; i++) {
      compare(library.readings().get(i), twin.readings().get(i));
    }
  }

  private void compare(CounterReading library, CounterReading twin) {
    for (int i = 0; i < ofTwin.length; i++) {
      long real = library.values()[ofLibrary[i]];
      long own = twin.values()[ofTwin[i]];
      compared++;
      if (real == own) {
        equal++;
      } else if (first == null) {
        first = new CounterDifference(library.operation(), common.get(i), real, own);
      }
    }
  }

  Share share() {
    return new Share(equal, compared);
  }

  Optional<CounterDifference> first() {
    return Optional.ofNullable(first);
  }
}
