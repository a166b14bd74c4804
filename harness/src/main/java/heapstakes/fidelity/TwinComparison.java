package heapstakes.fidelity;

import heapstakes.driver.Location;
import heapstakes.fidelity.AddressDifference.Answer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares stretch by stretch, and remembers how much was equal and where it first was not. */
final class TwinComparison {
  private static final int NONE = Location.Kind.NONE.ordinal();

  private final CallComparison calls = new CallComparison();
  private long blocks;
  private long equalBlocks;
  private long operations;
  private long equalBreaks;
  private long mapped;
  private long equallyMapped;
  private long distance;
  private @Nullable Difference first;

  /** The first operation that differs. */
  record Difference(long operation, Answer library, Answer twin) {}

  /** Two stretches of the same operations. */
  void add(Stretch library, Stretch twin) {
    int count = Math.max(library.count, twin.count);
    for (int i = 0; i < count; i++) {
      boolean sameBlock = block(library, twin, i);
      boolean sameBreak = library.breaks[i] == twin.breaks[i];
      operations++;
      equalBreaks += sameBreak ? 1 : 0;
      if (first == null && !(sameBlock && sameBreak)) {
        first = new Difference(library.first + i, answer(library, i), answer(twin, i));
      }
    }
    calls.add(library.calls, twin.calls);
  }

  private boolean block(Stretch library, Stretch twin, int i) {
    long real = library.locations[i];
    long own = twin.locations[i];
    if (real == NONE && own == NONE) {
      return true;
    }
    blocks++;
    equalBlocks += real == own ? 1 : 0;
    if (real == own && Location.kind(real) != Location.Kind.NULL) {
      follow(real, library.addresses[i] - twin.addresses[i]);
    }
    return real == own;
  }

  /** Mapped blocks and heaps: whether the kernel placed both at the same distance as before. */
  private void follow(long location, long apart) {
    Location.Kind kind = Location.kind(location);
    if (kind == Location.Kind.BRK || kind == Location.Kind.SEGMENT) {
      return;
    }
    if (mapped == 0) {
      distance = apart;
    }
    mapped++;
    equallyMapped += apart == distance ? 1 : 0;
  }

  private static Answer answer(Stretch stretch, int i) {
    return new Answer(Location.describe(stretch.locations[i]), stretch.breaks[i]);
  }

  Share addresses() {
    return new Share(equalBlocks, blocks);
  }

  Share breaks() {
    return new Share(equalBreaks, operations);
  }

  /** Mapped blocks at the same distance from the twin's as the first one. */
  Share placements() {
    return new Share(equallyMapped, mapped);
  }

  Optional<Difference> first() {
    return Optional.ofNullable(first);
  }

  CallComparison calls() {
    return calls;
  }
}
