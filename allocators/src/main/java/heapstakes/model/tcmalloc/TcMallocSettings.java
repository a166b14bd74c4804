package heapstakes.model.tcmalloc;

import heapstakes.setting.Settings;

/**
 * What the library reads from its environment when it starts; the variable for a key is {@code
 * TCMALLOC_} and the key in capitals.
 *
 * @param releaseRate how eagerly free pages go back: 0 never, 1 the default, 10 fast
 * @param aggressiveDecommit whether pages go back as soon as they are free
 * @param maxTotalThreadCacheBytes budget of all thread caches together, in bytes
 * @param transferNumObjects most objects moved between caches at once
 * @param heapLimitMegabytes most memory taken from the kernel, in MiB; 0 for no limit
 * @param disableMemoryRelease whether nothing is ever given back
 */
record TcMallocSettings(
    double releaseRate,
    boolean aggressiveDecommit,
    long maxTotalThreadCacheBytes,
    int transferNumObjects,
    long heapLimitMegabytes,
    boolean disableMemoryRelease) {

  static TcMallocSettings of(Settings settings) {
    return new TcMallocSettings(
        settings.decimal("release_rate"),
        settings.flag("aggressive_decommit"),
        settings.number("max_total_thread_cache_bytes"),
        Math.toIntExact(settings.number("transfer_num_obj")),
        settings.number("heap_limit_mb"),
        settings.flag("disable_memory_release"));
  }
}
