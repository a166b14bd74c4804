package heapstakes.model.ptmalloc2;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.options.GlibcOptions;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the heap is set, under glibc's own names (mallopt(3), {@code GLIBC_TUNABLES}).
 *
 * @param version of glibc
 * @param given what the others come from
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
 * @param tcacheMaxChunkBytes chunk size that tcache_max stands for
 * @param tcacheUnsortedLimit chunks sorted before a cached one is returned; 0: no limit
 * @param maxFastBytes largest chunk size for fastbins (global_max_fast)
 * @param perturb M_PERTURB: fill byte; 0: off
 * @param trim when free gives memory back
 * @param advisesHugePages whether new memory of at least a huge page is advised
 * @param madviseOnFree whether free gives back whole pages inside the heap
 */
record Ptmalloc2Settings(
    GlibcVersion version,
    Settings given,
    long trimThresholdBytes,
    long topPadBytes,
    long mmapThresholdBytes,
    int mmapMax,
    boolean dynamicThresholds,
    int arenaMax,
    int arenaTest,
    int processors,
    int tcacheCount,
    long tcacheMaxChunkBytes,
    long tcacheUnsortedLimit,
    long maxFastBytes,
    int perturb,
    boolean advisesHugePages,
    TrimStrategy trim,
    boolean madviseOnFree) {

  private static final List<String> STOP_DYNAMICS =
      List.of("trim_threshold", "top_pad", "mmap_threshold", "mmap_max");

  /** What a user can set: glibc's options, and what only the model has. */
  static List<Setting> settings(GlibcVersion version) {
    return Stream.concat(
            version.options().settings().stream(),
            Stream.of(
                Setting.choice("trim", TrimStrategy.names(), "when free gives memory back"),
                Setting.flag(
                    "madvise_on_free", false, "free gives back whole pages inside the heap"),
                Setting.integer(
                    "cpus", "2", 1, 4096, "processors of the machine modelled, for arena_max")))
        .toList();
  }

  static Ptmalloc2Settings of(GlibcVersion version, Settings settings) {
    TrimStrategy trim = TrimStrategy.named(settings.text("trim"));
    if (trim == TrimStrategy.NEVER && settings.isGiven("trim_threshold")) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "ptmalloc2: trim=never and trim_threshold=%s contradict each other.\n"
                  + "  Give one of them.",
              settings.text("trim_threshold")));
    }
    boolean never = trim == TrimStrategy.NEVER;
    return new Ptmalloc2Settings(
        version,
        settings,
        never ? -1 : settings.number("trim_threshold"),
        settings.number("top_pad"),
        settings.number("mmap_threshold"),
        (int) settings.number("mmap_max"),
        !never && STOP_DYNAMICS.stream().noneMatch(settings::isGiven),
        (int) settings.number("arena_max"),
        (int) settings.number("arena_test"),
        (int) settings.number("cpus"),
        (int) settings.number("tcache_count"),
        Chunk.request2size(settings.number("tcache_max")),
        ifOffered(version, settings, "tcache_unsorted_limit"),
        maxFast(ifOffered(version, settings, "mxfast")),
        (int) settings.number("perturb"),
        advisesHugePages(version, settings),
        trim,
        settings.flag("madvise_on_free"));
  }

  /** The same with one option of the library's set to {@code value}, if that is allowed. */
  Ptmalloc2Settings with(String key, long value) {
    return of(version, given.with(key, Long.toString(value)));
  }

  /** Reserved pages (2) need a pool that no simulated kernel has. */
  private static boolean advisesHugePages(GlibcVersion version, Settings settings) {
    long given = ifOffered(version, settings, GlibcOptions.HUGE_PAGES);
    if (given > 1) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "ptmalloc2: hugetlb=%d is not modelled: no simulated kernel has reserved huge pages."
                  + "\n  Set it on the library: native-glibc:hugetlb=%d; or take hugetlb=1.",
              given,
              given));
    }
    return given == 1;
  }

  /** The number that an option has, 0 in a version without that option. */
  private static long ifOffered(GlibcVersion version, Settings settings, String key) {
    return version.options().find(key).isPresent() ? settings.number(key) : 0;
  }

  private static long maxFast(long request) {
    return request <= 7 ? 0 : (request + Chunk.WORD_BYTES) & -Chunk.ALIGNMENT;
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
}
