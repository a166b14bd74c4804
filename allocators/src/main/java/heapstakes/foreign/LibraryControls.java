package heapstakes.foreign;

import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a loaded library offers beside allocation; never called in a timed loop but for trim. */
interface LibraryControls {
  /** The library's own statement of its version, e.g. {@code glibc 2.36}. */
  String version();

  /** Sets what can only be set in a library that is loaded. */
  default void apply(Settings settings) {}

  /** Gives memory back now; {@code pad} in bytes, where the library takes one. */
  default void trim(long pad) {}

  /** The library's own counters under its own names. */
  default SequencedMap<String, Long> counters() {
    return new LinkedHashMap<>();
  }

  /** Bytes that hold only bookkeeping, or -1. */
  default long metadataBytes() {
    return -1;
  }
}
