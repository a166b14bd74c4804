package heapstakes.model.jemalloc;

import heapstakes.allocator.options.JemallocOptions;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The options of MALLOC_CONF that a program can be deployed with.
 *
 * @param dirtyDecayMillis until a free page is given back; 0 at once, -1 never
 * @param muzzyDecayMillis from then until its contents are dropped; 0 at once, -1 never
 * @param arenas that threads are spread over
 * @param processors whose arenas threads have
 * @param tcache whether threads have caches
 * @param tcacheMax largest block that a thread caches, in bytes
 * @param retain whether address space is kept
 * @param oversizeThreshold from which size on a block comes from the huge arena, in bytes
 * @param maxActiveFitShift log2 of how many times larger than a request a dirty extent may be
 * @param background whether threads of the library's own purge
 * @param maxBackgroundThreads most of them
 * @param pageSizes whether large sizes are whole pages instead of classes
 * @param timedCollection whether time and place decide on what a thread's cache gives back
 * @param callocMadviseThreshold from which size on the kernel zeroes a block that was used, in
 *     bytes
 * @param thp what is said of huge pages of whatever is mapped
 * @param metadataThp when huge pages are asked for the library's records
 * @param addressBits that the library was built for, 48 or 57
 * @param seeds of random numbers
 */
record JemallocSettings(
    long dirtyDecayMillis,
    long muzzyDecayMillis,
    int arenas,
    ArenasOfProcessors processors,
    boolean tcache,
    long tcacheMax,
    boolean retain,
    long oversizeThreshold,
    int maxActiveFitShift,
    boolean background,
    int maxBackgroundThreads,
    boolean pageSizes,
    boolean timedCollection,
    long callocMadviseThreshold,
    Thp thp,
    MetadataThp metadataThp,
    int addressBits,
    Seeds seeds) {

  /** Values of the option {@code thp}. */
  enum Thp {
    DEFAULT,
    ALWAYS,
    NEVER
  }

  /** Values of the option {@code metadata_thp}. */
  enum MetadataThp {
    DISABLED,
    AUTO,
    ALWAYS
  }

  /** Not an option of the library but the process's chance; see {@link Seeds}. */
  static final String SEEDS = "seeds";

  private static final long MOST_CACHED = 32 << 10; // where that cannot be set

  private static final String BACKGROUND = "background_thread";
  private static final String MOST_BACKGROUND = "max_background_threads";
  private static final int BACKGROUND_THREADS = 4; // where that cannot be set

  /** Not an option either but what the library finds out: the machine modelled. */
  static final String PROCESSORS = "cpus";

  /** Not an option either but how the library was built, {@code --with-lg-vaddr}. */
  static final String ADDRESS_BITS = "lg_vaddr";

  /** What a user can set: options of jemalloc's {@code version}, and what only the model has. */
  static List<Setting> list(JemallocVersion version) {
    return Stream.concat(
            version.options().settings().stream()
                .filter(setting -> isModelled(version, setting.key())),
            Stream.of(
                Setting.integer(
                    PROCESSORS,
                    "2",
                    1,
                    4096,
                    "processors that the process may run on, for narenas=0 and percpu_arena; a"
                        + " control group's share of them is not asked for"),
                Setting.choice(
                    ADDRESS_BITS,
                    List.of("48", "57"),
                    "address bits it was built for: 48 as in Debian 12, 57 as in Debian 13"),
                Setting.text(
                    SEEDS,
                    Seeds.CANONICAL,
                    "addresses that seed random numbers: counters of the first thread, of the"
                        + " second, distance to the next, how much lower mappings are")))
        .toList();
  }

  /**
   * As many as are given, but one for each processor where that decides; or four a processor where
   * there are several (§10).
   */
  private static int arenas(Settings settings, ArenasOfProcessors needed) {
    int given = (int) settings.number("narenas");
    int processors = (int) settings.number(PROCESSORS);
    int most = JemallocOptions.MAX_ARENAS;
    if (needed.count() > 0) {
      return Math.max(given, needed.count());
    }
    return given > 0 ? given : Math.min(most, processors > 1 ? 4 * processors : 1);
  }

  /** Threads of 5.2.1 purge by a rule of its own, which is not modelled. */
  private static boolean isModelled(JemallocVersion version, String key) {
    return !version.equals(JemallocVersion.V5_2_1) || !key.contains(BACKGROUND);
  }

  static JemallocSettings of(JemallocVersion version, Settings settings) {
    ArenasOfProcessors processors =
        ArenasOfProcessors.of(
            settings.text(JemallocOptions.PERCPU_ARENA), (int) settings.number(PROCESSORS));
    return new JemallocSettings(
        settings.number("dirty_decay_ms"),
        settings.number("muzzy_decay_ms"),
        arenas(settings, processors),
        processors,
        settings.flag("tcache"),
        version.options().find(JemallocOptions.CACHED).isPresent()
            ? settings.number(JemallocOptions.CACHED)
            : MOST_CACHED,
        settings.flag("retain"),
        settings.number("oversize_threshold"),
        (int) settings.number("lg_extent_max_active_fit"),
        isModelled(version, BACKGROUND) && settings.flag(BACKGROUND),
        isModelled(version, MOST_BACKGROUND)
            ? (int) settings.number(MOST_BACKGROUND)
            : BACKGROUND_THREADS,
        isOn(JemallocOptions.PAGE_SIZES, version, settings),
        isOn(JemallocOptions.TIMED_COLLECTION, version, settings),
        version.options().find(JemallocOptions.ZEROING).isPresent()
            ? settings.number(JemallocOptions.ZEROING)
            : 0,
        Thp.valueOf(constant(settings.text(JemallocOptions.THP))),
        MetadataThp.valueOf(constant(settings.text(JemallocOptions.METADATA_THP))),
        Integer.parseInt(settings.text(ADDRESS_BITS)),
        Seeds.parse(settings.text(SEEDS), version.records().threadCounters()));
  }

  private static String constant(String value) {
    return value.toUpperCase(Locale.ROOT);
  }

  private static boolean isOn(String option, JemallocVersion version, Settings settings) {
    return version.options().find(option).isPresent() && settings.flag(option);
  }

  /** Whether there is an arena for huge blocks: the threshold must be a large size. */
  boolean hasHugeArena() {
    return oversizeThreshold >= SizeClasses.MIN_LARGE && oversizeThreshold <= SizeClasses.MAX;
  }
}
