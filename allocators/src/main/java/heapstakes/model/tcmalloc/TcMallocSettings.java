package heapstakes.model.tcmalloc;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

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

  static final List<Setting> LIST =
      List.of(
          Setting.decimal(
              "release_rate", "1", 0, 1_000_000, "how eagerly free pages are released; 0: never"),
          Setting.flag("aggressive_decommit", false, "release pages as soon as they are free"),
          Setting.size(
              "max_total_thread_cache_bytes",
              "32M",
              ThreadCaches.MIN_BUDGET,
              ThreadCaches.MAX_BUDGET,
              "bytes that all thread caches together may hold"),
          Setting.integer(
              "transfer_num_obj", "32", 1, 100_000, "most objects moved between caches at once"),
          Setting.integer(
              "heap_limit_mb", "0", 0, 1L << 27, "MiB to take from the kernel; 0: no limit"),
          Setting.flag("disable_memory_release", false, "give nothing back to the kernel"));

  static TcMallocSettings of(Settings settings) {
    return new TcMallocSettings(
        settings.decimal("release_rate"),
        settings.flag("aggressive_decommit"),
        settings.number("max_total_thread_cache_bytes"),
        Math.toIntExact(settings.number("transfer_num_obj")),
        settings.number("heap_limit_mb"),
        settings.flag("disable_memory_release"));
  }

  /** {@code TCMALLOC_KEY=VALUE …} for what was given; the library wants sizes in bytes. */
  static String environment(Settings settings) {
    StringJoiner variables = new StringJoiner(" ");
    for (Setting setting : LIST) {
      String key = setting.key();
      if (settings.isGiven(key)) {
        String value =
            setting.type() == Setting.Type.SIZE
                ? Long.toString(settings.number(key))
                : settings.text(key);
        variables.add("TCMALLOC_" + key.toUpperCase(Locale.ROOT) + "=" + value);
      }
    }
    return variables.toString();
  }
}
