package heapstakes.model.ptmalloc2;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** When and how free gives memory back, beyond what was mapped on its own. */
enum TrimStrategy {
  /** glibc: free lowers the break when top has reached the trim threshold. */
  DEFAULT,
  /** As default, and malloc_trim(0) of glibc since 2.8 after every free: all arenas, by madvise. */
  MODERN_ON_FREE,
  /** As default, and malloc_trim(0) of glibc up to 2.7 after every free: top of the main arena. */
  LEGACY_ON_FREE,
  /** Trim threshold -1: never by itself. */
  NEVER;

  static List<String> names() {
    return Stream.of(values()).map(TrimStrategy::word).toList();
  }

  static TrimStrategy named(String word) {
    return Stream.of(values()).filter(s -> s.word().equals(word)).findFirst().orElseThrow();
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
