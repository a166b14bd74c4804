package heapstakes.driver;

import java.util.Map;
import java.util.OptionalLong;

/** Bytes of bookkeeping, as far as a library's own counters tell. */
final class Metadata {
  private Metadata() {}

  static OptionalLong bytes(Map<String, Long> counters) {
    Long metadata = counters.get("stats.metadata");
    if (metadata != null) {
      return OptionalLong.of(metadata);
    }
    // gperftools: physical = heap − unmapped + metadata, and heap − unmapped = committed.
    Long physical = counters.get("generic.total_physical_bytes");
    Long committed = counters.get("tcmalloc.pageheap_committed_bytes");
    return physical != null && committed != null
        ? OptionalLong.of(physical - committed)
        : OptionalLong.empty();
  }
}
