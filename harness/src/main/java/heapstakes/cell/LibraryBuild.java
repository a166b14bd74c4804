package heapstakes.cell;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.driver.DriverException;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverOptions.Option;
import heapstakes.driver.NativeProcess;
import heapstakes.foreign.AddedLibraries;
import heapstakes.replay.TraceSource;
import heapstakes.setting.Release;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How a real library was built, as far as its own counters tell. */
public final class LibraryBuild {
  private static final String METADATA = "stats.metadata";
  private static final String SHORTEST = "random:seed=1,operations=1";

  /**
   * Built for 48 address bits jemalloc has a radix tree of two levels, whose first leaf alone takes
   * 2 MiB; for 57 it has three, and begins with less (docs/specs/jemalloc.md, rtree).
   */
  private static final long LEAF_OF_TWO_LEVELS = 2L << 20;

  private static final Map<String, Optional<String>> KNOWN = new ConcurrentHashMap<>();

  private LibraryBuild() {}

  /**
   * The value of {@link Reference#build} with which a model is {@code library}'s twin; empty where
   * it cannot be told.
   */
  public static Optional<String> of(Contestant library) {
    return KNOWN.computeIfAbsent(library.allocator(), name -> ask(library));
  }

  private static Optional<String> ask(Contestant library) {
    long[] metadata = {-1};
    DriverListener listener =
        new DriverListener() {
          @Override
          public void onCounters(long operation, List<String> names, long[] values) {
            if (operation == 0 && names.contains(METADATA)) {
              metadata[0] = values[names.indexOf(METADATA)];
            }
          }
        };
    try {
      NativeProcess.of(library)
          .run(
              TraceSource.open(SHORTEST),
              DriverOptions.FOOTPRINT.with(Option.COUNTERS_EVERY, 1),
              listener);
    } catch (DriverException e) {
      return Optional.empty(); // who runs it says why it cannot be
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    return metadata[0] <= 0 // a build without statistics says 0
        ? Optional.empty()
        : Optional.of(metadata[0] < LEAF_OF_TWO_LEVELS ? "57" : "48");
  }

  /**
   * The library in the version and the build that {@code model} is the twin of.
   *
   * @param library in that version, which can be run here
   * @return it, or an added one of that version that was built as the model is set; empty for none
   */
  public static Optional<Contestant> alike(Contestant model, Contestant library) {
    if (isAlike(model, library)) {
      return Optional.of(library);
    }
    String release = Lineage.number(library.provider().lineage().version());
    return AddedLibraries.all().stream()
        .filter(other -> other.provider().name().equals(library.provider().name()))
        .filter(other -> Release.isOf(other.version().orElse(""), release))
        .filter(other -> other.provider().unavailable().isEmpty())
        .filter(other -> isAlike(model, other))
        .findFirst();
  }

  /** Whether {@code library} was built as {@code model} is set; yes where that cannot be told. */
  public static boolean isAlike(Contestant model, Contestant library) {
    Optional<String> key = model.provider().reference().flatMap(Reference::build);
    return key.isEmpty()
        || of(library).filter(built -> !built.equals(model.settings().text(key.get()))).isEmpty();
  }
}
