package heapstakes.model.ptmalloc2;

import heapstakes.allocator.AllocatorException;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the heap is set, under glibc's own names (mallopt(3), {@code GLIBC_TUNABLES}).
 *
 * @param trimThresholdBytes M_TRIM_THRESHOLD: size of top from which free gives memory back; -1:
 *     never
 * @param topPadBytes M_TOP_PAD: asked of sbrk beyond the need, and left by a trim
 * @param mmapThresholdBytes M_MMAP_THRESHOLD: chunk size from which a request gets its own mapping
 * @param mmapMax M_MMAP_MAX: most mappings of blocks at a time
 * @param dynamicThresholds whether freeing a mapped block raises the two thresholds
 * @param arenaMax M_ARENA_MAX; 0: derived from the number of processors
 * @param arenaTest M_ARENA_TEST: arenas from which that limit is computed
 * @param processors online processors of the machine modelled
 * @param tcacheCount chunks kept a tcache bin
 * @param tcacheBins tcache bins in use
 * @param tcacheUnsortedLimit chunks sorted before a cached one is returned; 0: no limit
 * @param maxFastBytes largest chunk size for fastbins (global_max_fast)
 * @param perturb M_PERTURB: fill byte; 0: off
 * @param trim when free gives memory back
 * @param madviseOnFree whether free gives back whole pages inside the heap
 */
record Tunables(
    long trimThresholdBytes,
    long topPadBytes,
    long mmapThresholdBytes,
    int mmapMax,
    boolean dynamicThresholds,
    int arenaMax,
    int arenaTest,
    int processors,
    int tcacheCount,
    int tcacheBins,
    long tcacheUnsortedLimit,
    long maxFastBytes,
    int perturb,
    TrimStrategy trim,
    boolean madviseOnFree) {

  private static final long MAX_BYTES = 1L << 47; // the address space
  private static final List<String> STOP_DYNAMICS =
      List.of("trim_threshold", "top_pad", "mmap_threshold", "mmap_max");

  /** Environment variables of glibc that take the same number, by setting. */
  private static final List<String> WITH_ENVIRONMENT =
      List.of("trim_threshold", "top_pad", "mmap_threshold", "mmap_max", "perturb");

  /** What a user can set. Defaults and ranges: glibc 2.36, mallopt(3) and its tunables. */
  static List<Setting> settings() {
    return List.of(
        Setting.size(
            "trim_threshold",
            "128K",
            -1,
            MAX_BYTES,
            "bytes of top from which free lowers the break; -1 never (stops dynamic thresholds)"),
        Setting.size(
            "top_pad",
            "128K",
            0,
            MAX_BYTES,
            "bytes asked of sbrk beyond the need, and left by a trim (stops dynamic thresholds)"),
        Setting.size(
            "mmap_threshold",
            "128K",
            0,
            MAX_BYTES,
            "bytes from which a block gets its own mapping (stops dynamic thresholds)"),
        Setting.integer(
            "mmap_max",
            "65536",
            0,
            Integer.MAX_VALUE,
            "most mappings of blocks at a time (stops dynamic thresholds)"),
        Setting.integer("arena_max", "0", 0, 65536, "most arenas; 0: 8 a processor"),
        Setting.integer(
            "arena_test", "8", 1, 65536, "arenas from which the limit on arenas is computed"),
        Setting.integer("tcache_count", "7", 0, 65535, "chunks a thread keeps of each size"),
        Setting.size("tcache_max", "1032", 0, 1032, "largest request in bytes kept by a thread"),
        Setting.integer(
            "tcache_unsorted_limit",
            "0",
            0,
            Integer.MAX_VALUE,
            "chunks sorted before one found for the tcache is returned; 0: no limit"),
        Setting.size("mxfast", "128", 0, 160, "largest request in bytes kept in fastbins; 0 off"),
        Setting.integer("perturb", "0", 0, 255, "fill freed memory with this byte; 0 off"),
        Setting.choice("trim", TrimStrategy.names(), "when free gives memory back"),
        Setting.flag("madvise_on_free", false, "free gives back whole pages inside the heap"),
        Setting.integer("cpus", "2", 1, 4096, "processors of the machine modelled, for arena_max"));
  }

  static Tunables of(Settings settings) {
    TrimStrategy trim = TrimStrategy.named(settings.text("trim"));
    if (trim == TrimStrategy.NEVER && settings.isGiven("trim_threshold")) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "ptmalloc2: trim=never and trim_threshold=%s contradict each other.\n  Give one of them.",
              settings.text("trim_threshold")));
    }
    boolean never = trim == TrimStrategy.NEVER;
    return new Tunables(
        never ? -1 : settings.number("trim_threshold"),
        settings.number("top_pad"),
        settings.number("mmap_threshold"),
        (int) settings.number("mmap_max"),
        !never && STOP_DYNAMICS.stream().noneMatch(settings::isGiven),
        (int) settings.number("arena_max"),
        (int) settings.number("arena_test"),
        (int) settings.number("cpus"),
        (int) settings.number("tcache_count"),
        Tcache.indexOf(Chunk.request2size(settings.number("tcache_max"))) + 1,
        settings.number("tcache_unsorted_limit"),
        maxFast(settings.number("mxfast")),
        (int) settings.number("perturb"),
        trim,
        settings.flag("madvise_on_free"));
  }

  private static long maxFast(long request) {
    return request <= 7 ? 0 : (request + Chunk.WORD_BYTES) & -Chunk.ALIGNMENT;
  }

  /** Environment assignments with the same effect on the real library, separated by blanks. */
  static String deployableForm(Settings settings) {
    List<String> words = new ArrayList<>();
    List<String> tunables = new ArrayList<>();
    for (Setting setting : settings()) {
      String key = setting.key();
      if (settings.isGiven(key) && WITH_ENVIRONMENT.contains(key)) {
        words.add("MALLOC_" + key.toUpperCase(java.util.Locale.ROOT) + "_=" + value(settings, key));
      } else if (settings.isGiven(key) && key.startsWith("arena_")) {
        words.add("MALLOC_" + key.toUpperCase(java.util.Locale.ROOT) + "=" + value(settings, key));
      } else if (settings.isGiven(key) && (key.startsWith("tcache_") || key.equals("mxfast"))) {
        tunables.add("glibc.malloc." + key + "=" + value(settings, key));
      }
    }
    if (settings.text("trim").equals("never")) {
      words.add("MALLOC_TRIM_THRESHOLD_=" + Long.toUnsignedString(-1));
    }
    if (!tunables.isEmpty()) {
      words.add("GLIBC_TUNABLES=" + String.join(":", tunables));
    }
    return String.join(" ", words);
  }

  /** Why the real library cannot be set like that: some values name strategies of this model's. */
  static Optional<String> undeployable(Settings settings) {
    String trim = settings.text("trim");
    if (trim.endsWith("-on-free")) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "glibc has no setting for trim=%s; a program can call malloc_trim(0) itself",
              trim));
    }
    return settings.flag("madvise_on_free")
        ? Optional.of("glibc has no setting for madvise_on_free=true")
        : Optional.empty();
  }

  private static String value(Settings settings, String key) {
    return Long.toUnsignedString(settings.number(key));
  }
}
