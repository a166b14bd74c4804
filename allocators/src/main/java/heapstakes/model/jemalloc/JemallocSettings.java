package heapstakes.model.jemalloc;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The options of MALLOC_CONF that a program can be deployed with.
 *
 * @param dirtyDecayMillis until a free page is given back; 0 at once, -1 never
 * @param muzzyDecayMillis from then until its contents are dropped; 0 at once, -1 never
 * @param arenas that threads are spread over
 * @param tcache whether threads have caches
 * @param tcacheMax largest block that a thread caches, in bytes
 * @param retain whether address space is kept
 * @param oversizeThreshold from which size on a block comes from the huge arena, in bytes
 * @param maxActiveFitShift log2 of how many times larger than a request a dirty extent may be
 * @param background whether a thread of the library's own purges; see {@link BackgroundThread}
 * @param threadCounters address of the first thread's counters
 */
record JemallocSettings(
    long dirtyDecayMillis,
    long muzzyDecayMillis,
    int arenas,
    boolean tcache,
    long tcacheMax,
    boolean retain,
    long oversizeThreshold,
    int maxActiveFitShift,
    boolean background,
    long threadCounters) {

  /** Not an option of the library but the process's chance; see {@link Seeds}. */
  static final String THREAD_COUNTERS = "thread_counters";

  /** Modelled, not twinned: no run of the library can be repeated exactly with it. */
  static final String BACKGROUND = "background";

  private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

  // Names, defaults and ranges: §15 of the specification.
  static final List<Setting> LIST =
      List.of(
          Setting.integer(
              "dirty_decay_ms", "10000", -1, MAX_MILLIS, "ms until a free page goes; -1: never"),
          Setting.integer(
              "muzzy_decay_ms",
              "0",
              -1,
              MAX_MILLIS,
              "ms between MADV_FREE and MADV_DONTNEED; 0: no MADV_FREE; -1: never the latter"),
          Setting.integer(
              "narenas", "8", 1, 4095, "arenas for threads; the library's default is 4 a core"),
          Setting.flag("tcache", true, "thread caches"),
          Setting.size("tcache_max", "32K", 0, 8L << 20, "largest block a thread caches, bytes"),
          Setting.flag("retain", true, "keep address space instead of unmapping it"),
          Setting.size(
              "oversize_threshold", "8M", 0, 1L << 46, "bytes for the huge arena; 0: none"),
          Setting.integer(
              "lg_extent_max_active_fit", "6", 0, 64, "log2 of extent to request ratio"),
          Setting.flag(BACKGROUND, false, "a model of background_thread, which purges unasked"),
          Setting.integer(
              THREAD_COUNTERS,
              Long.toString(Seeds.CANONICAL_COUNTERS),
              1,
              (1L << 47) - 1,
              "address of the first thread's counters, the seed of random numbers"));

  static JemallocSettings of(Settings settings) {
    return new JemallocSettings(
        settings.number("dirty_decay_ms"),
        settings.number("muzzy_decay_ms"),
        (int) settings.number("narenas"),
        settings.flag("tcache"),
        settings.number("tcache_max"),
        settings.flag("retain"),
        settings.number("oversize_threshold"),
        (int) settings.number("lg_extent_max_active_fit"),
        settings.flag(BACKGROUND),
        settings.number(THREAD_COUNTERS));
  }

  /** Whether there is an arena for huge blocks: the threshold must be a large size. */
  boolean hasHugeArena() {
    return oversizeThreshold >= SizeClasses.MIN_LARGE && oversizeThreshold <= SizeClasses.MAX;
  }

  /** {@code MALLOC_CONF=key:value,…} for what was given, sizes in bytes; empty for defaults. */
  static String environment(Settings settings) {
    String conf =
        LIST.stream()
            .filter(setting -> settings.isGiven(setting.key()))
            .filter(setting -> !setting.key().equals(THREAD_COUNTERS))
            .map(setting -> option(setting) + ":" + value(setting, settings))
            .collect(Collectors.joining(","));
    return conf.isEmpty() ? "" : "MALLOC_CONF=" + conf;
  }

  private static String option(Setting setting) {
    return setting.key().equals(BACKGROUND) ? "background_thread" : setting.key();
  }

  private static String value(Setting setting, Settings settings) {
    return setting.type() == Setting.Type.SIZE
        ? Long.toString(settings.number(setting.key()))
        : settings.text(setting.key());
  }
}
