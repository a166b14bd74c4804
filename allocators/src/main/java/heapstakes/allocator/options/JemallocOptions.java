package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.in;

import heapstakes.allocator.options.LibraryOption.Variable;
import heapstakes.setting.Setting;
import java.util.List;
import java.util.stream.Stream;

/**
 * Options of jemalloc, 5.3.0 (jemalloc(3), opt.*). Beyond 4094 arenas it says {@code Reducing
 * narenas to limit (4094)}, and it takes no 0 for them.
 */
public final class JemallocOptions {
  /** The variable that carries them; a library built with a prefix has it with that prefix. */
  public static final Variable CONF = new Variable("MALLOC_CONF", ":", ",");

  private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

  /** Most arenas for threads. */
  public static final int MAX_ARENAS = 4094;

  private static final int MAX_BACKGROUND_THREADS = 4095;

  /** Whether huge pages are advised for what is mapped. */
  public static final String THP = "thp";

  /** The same for the library's own records. */
  public static final String METADATA_THP = "metadata_thp";

  /** Whether a thread's arena is that of the processor it runs on. */
  public static final String PERCPU_ARENA = "percpu_arena";

  /** It is not. */
  public static final String NO_PERCPU_ARENA = "disabled";

  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "jemalloc",
          List.of(
              conf(
                  Setting.integer(
                      "dirty_decay_ms",
                      "10000",
                      -1,
                      MAX_MILLIS,
                      "ms until a free page goes; -1: never")),
              conf(
                  Setting.integer(
                      "muzzy_decay_ms",
                      "0",
                      -1,
                      MAX_MILLIS,
                      "ms between MADV_FREE and MADV_DONTNEED; 0: no MADV_FREE; -1: never the"
                          + " latter")),
              conf(Setting.integer(
                      "narenas",
                      "0",
                      0,
                      MAX_ARENAS,
                      "arenas for threads; 0: 4 a processor, 1 of one"))
                  .unlessItIs("0"),
              conf(Setting.flag("tcache", true, "thread caches")),
              conf(
                  Setting.size(
                      "tcache_max", "32K", 0, 8L << 20, "largest block a thread caches, bytes")),
              conf(Setting.flag("retain", true, "keep address space instead of unmapping it")),
              conf(
                  Setting.size(
                      "oversize_threshold",
                      "8M",
                      0,
                      1L << 46,
                      "bytes for the huge arena; 0: none")),
              conf(
                  Setting.integer(
                      "lg_extent_max_active_fit", "6", 0, 64, "log2 of extent to request ratio")),
              conf(Setting.flag("background_thread", false, "purge in threads of its own")),
              conf(
                  Setting.integer(
                      "max_background_threads",
                      "4",
                      1,
                      MAX_BACKGROUND_THREADS,
                      "most of those threads")),
              conf(
                  Setting.choice(
                      THP,
                      List.of("default", "always", "never"),
                      "advise huge pages for what is mapped")),
              conf(
                  Setting.choice(
                      METADATA_THP,
                      List.of("disabled", "auto", "always"),
                      "the same for its own records")),
              conf(
                  Setting.choice(
                      PERCPU_ARENA,
                      List.of(NO_PERCPU_ARENA, "percpu", "phycpu"),
                      "the processor decides on the arena"))));

  /** What rounds large sizes to pages instead of classes. */
  public static final String PAGE_SIZES = "disable_large_size_classes";

  /** What lets time and place decide on what a thread's cache gives back. */
  public static final String TIMED_COLLECTION = "experimental_tcache_gc";

  /** From which size on calloc(3) lets the kernel zero what was used. */
  public static final String ZEROING = "calloc_madvise_threshold";

  /** The largest block that a thread caches. */
  public static final String CACHED = "tcache_max";

  private static final long LARGEST = 0x7000_0000_0000_0000L;
  private static final long MOST_CACHED = 32L << 10;

  /** Those of 5.3.1: three more, and no thread caches a block above 32 KiB. */
  public static final LibraryOptions SINCE_5_3_1 =
      new LibraryOptions(
          "jemalloc",
          Stream.concat(
                  ALL.settings().stream().map(JemallocOptions::of5p3p1),
                  Stream.of(
                      conf(Setting.flag(PAGE_SIZES, true, "large sizes are whole pages")),
                      conf(
                          Setting.flag(
                              TIMED_COLLECTION, true, "caches give back by time and place")),
                      conf(
                          Setting.size(
                              ZEROING,
                              "8M",
                              0,
                              LARGEST,
                              "bytes from which calloc asks for zeros"))))
              .toList());

  /**
   * Those of 5.2.1: what a thread caches at most is set as a power of two, which is not offered.
   */
  public static final LibraryOptions UNTIL_5_2_1 =
      new LibraryOptions(
          "jemalloc",
          ALL.settings().stream()
              .filter(setting -> !setting.key().equals(CACHED))
              .map(setting -> ALL.find(setting.key()).orElseThrow())
              .toList());

  private JemallocOptions() {}

  private static LibraryOption of5p3p1(Setting setting) {
    return setting.key().equals(CACHED)
        ? conf(Setting.size(CACHED, setting.defaultValue(), 0, MOST_CACHED, setting.description()))
        : ALL.find(setting.key()).orElseThrow();
  }

  private static LibraryOption conf(Setting setting) {
    return in(CONF, "", setting);
  }
}
