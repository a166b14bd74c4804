package heapstakes.fidelity;

import heapstakes.os.Syscall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares two logs of system calls, in order, up to the first difference. */
final class CallComparison {
  private final Map<Syscall, Long> library = new EnumMap<>(Syscall.class);
  private final Map<Syscall, Long> twin = new EnumMap<>(Syscall.class);
  private final Deque<KernelCall> libraryAhead = new ArrayDeque<>();
  private final Deque<KernelCall> twinAhead = new ArrayDeque<>();
  private @Nullable CallDifference first;

  /** The calls of two stretches of the same operations. */
  void add(List<KernelCall> ofLibrary, List<KernelCall> ofTwin) {
    ofLibrary.forEach(call -> library.merge(call.kind(), 1L, Long::sum));
    ofTwin.forEach(call -> twin.merge(call.kind(), 1L, Long::sum));
    if (first == null) {
      libraryAhead.addAll(ofLibrary);
      twinAhead.addAll(ofTwin);
      compare();
    }
  }

  private void compare() {
    while (first == null && !libraryAhead.isEmpty() && !twinAhead.isEmpty()) {
      KernelCall a = libraryAhead.remove();
      KernelCall b = twinAhead.remove();
      if (!a.equals(b)) {
        differ(a, b);
      }
    }
  }

  private void differ(@Nullable KernelCall a, @Nullable KernelCall b) {
    first = new CallDifference(text(a), text(b));
    libraryAhead.clear();
    twinAhead.clear();
  }

  private static String text(@Nullable KernelCall call) {
    return call == null
        ? "no further call"
        : String.format(Locale.ROOT, "operation %d: %s", call.operation(), call.describe());
  }

  /** The first difference, when both logs have ended. */
  Optional<CallDifference> difference() {
    if (first == null && !(libraryAhead.isEmpty() && twinAhead.isEmpty())) {
      differ(libraryAhead.poll(), twinAhead.poll());
    }
    return Optional.ofNullable(first);
  }

  /** What the library called how often. */
  Map<Syscall, Long> library() {
    return library;
  }

  /** What the twin called how often. */
  Map<Syscall, Long> twin() {
    return twin;
  }
}
