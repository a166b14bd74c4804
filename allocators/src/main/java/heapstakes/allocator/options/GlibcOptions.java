package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.alone;
import static heapstakes.allocator.options.LibraryOption.in;

import heapstakes.allocator.options.LibraryOption.Variable;
import heapstakes.setting.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Options of glibc's malloc: mallopt(3) and {@code ld.so --list-tunables}, 2.31 to 2.44. Sizes go
 * up to the address space, which the variables take; mallopt, whose values are of 32 bits, does
 * not. Of arena_max and arena_test glibc ignores 0, of tcache_count more than 65535, and of mxfast
 * more than 160 (malloc.c: do_set_tcache_count, do_set_tcache_max, do_set_mxfast).
 */
public final class GlibcOptions {
  /** Those that mallopt(3) takes, with its parameter numbers (malloc.h). */
  public static final Map<String, Integer> MALLOPT =
      Map.of(
          "mxfast", 1,
          "trim_threshold", -1,
          "top_pad", -2,
          "mmap_threshold", -3,
          "mmap_max", -4,
          "perturb", -6,
          "arena_test", -7,
          "arena_max", -8);

  private static final long MAX_BYTES = 1L << 47; // the address space
  private static final int MAX_INT = Integer.MAX_VALUE;
  private static final Variable TUNABLES = new Variable("GLIBC_TUNABLES", "=", ":");

  /** DEFAULT_MMAP_THRESHOLD_MAX, to which mmap_threshold was held before 2.35. */
  private static final long HALF_A_HEAP = 32L << 20;

  /** The largest request of the bin of 1040 bytes, the last one of a tcache before 2.42. */
  private static final int MAX_SMALL = 1032;

  /** The largest of the last bin since then, which is for chunks below 4 MiB. */
  private static final int MAX_LARGE = (4 << 20) - 24;

  private static final int FIRST_HUGE = 35;

  /** The last version whose twin advises huge pages: later ones have other rules for heaps. */
  private static final int LAST_HUGE = 41;

  /** What decides on huge pages, since 2.35. */
  public static final String HUGE_PAGES = "hugetlb";

  /** All that 2.36 and its twin have. */
  public static final LibraryOptions ALL = of("2.36");

  private GlibcOptions() {}

  /**
   * All that a library of a version has.
   *
   * @param number of glibc, e.g. {@code 2.41}
   */
  public static LibraryOptions ofLibrary(String number) {
    return of(number, minor(number) >= FIRST_HUGE);
  }

  private static int minor(String number) {
    return Integer.parseInt(number.split("\\.", -1)[1]);
  }

  /**
   * All that a version and its twin have.
   *
   * @param number of glibc, e.g. {@code 2.41}
   */
  public static LibraryOptions of(String number) {
    int minor = minor(number);
    return of(number, minor >= FIRST_HUGE && minor <= LAST_HUGE);
  }

  private static LibraryOptions of(String number, boolean huge) {
    int minor = minor(number);
    return new LibraryOptions(
        "glibc",
        Stream.of(
                thresholds(minor),
                arenas(),
                caches(minor),
                List.of(perturb()),
                huge ? List.of(hugePages()) : List.<LibraryOption>of())
            .flatMap(List::stream)
            .toList());
  }

  private static LibraryOption hugePages() {
    return tunable(
        Setting.integer(
            HUGE_PAGES,
            "0",
            0,
            2,
            "1: advise huge pages for the heap and for large blocks; 2: reserved ones"));
  }

  private static List<LibraryOption> thresholds(int minor) {
    return List.of(
        variable(
            Setting.size(
                "trim_threshold",
                "128K",
                -1,
                MAX_BYTES,
                "bytes of top from which free lowers the break; -1 never (stops dynamic"
                    + " thresholds)")),
        variable(
            Setting.size(
                "top_pad",
                "128K",
                0,
                MAX_BYTES,
                "bytes asked of sbrk beyond the need, and left by a trim (stops dynamic"
                    + " thresholds)")),
        variable(
            Setting.size(
                "mmap_threshold",
                "128K",
                0,
                minor < 35 ? HALF_A_HEAP : MAX_BYTES,
                "bytes from which a block gets its own mapping (stops dynamic thresholds)")),
        variable(
            Setting.integer(
                "mmap_max",
                "65536",
                0,
                MAX_INT,
                "most mappings of blocks at a time (stops dynamic thresholds)")));
  }

  /** The two arena variables alone have no underscore at the end. */
  private static List<LibraryOption> arenas() {
    return List.of(
        alone(
            "MALLOC_",
            Setting.integer("arena_max", "0", 0, MAX_INT, "most arenas; 0: 8 a processor"),
            ""),
        alone(
            "MALLOC_",
            Setting.integer(
                "arena_test", "8", 1, MAX_INT, "arenas from which the limit on arenas is computed"),
            ""));
  }

  private static List<LibraryOption> caches(int minor) {
    LibraryOption count =
        tunable(
            Setting.integer(
                "tcache_count",
                minor < 43 ? "7" : "16",
                0,
                65535,
                "chunks a thread keeps of each size"));
    LibraryOption max =
        tunable(
            Setting.size(
                "tcache_max",
                Integer.toString(MAX_SMALL),
                0,
                minor < 42 ? MAX_SMALL : MAX_LARGE,
                "largest request in bytes kept by a thread"));
    LibraryOption unsortedLimit =
        tunable(
            Setting.integer(
                "tcache_unsorted_limit",
                "0",
                0,
                MAX_INT,
                "chunks sorted before one found for the tcache is returned; 0: no limit"));
    LibraryOption fast =
        tunable(
            Setting.size(
                "mxfast", "128", 0, 160, "largest request in bytes kept in fastbins; 0 off"));
    if (minor < 43) {
      return List.of(count, max, unsortedLimit, fast);
    }
    return minor < 44 ? List.of(count, max, unsortedLimit) : List.of(count, max);
  }

  private static LibraryOption perturb() {
    return variable(
        Setting.integer("perturb", "0", 0, 255, "fill freed memory with this byte; 0 off"));
  }

  private static LibraryOption variable(Setting setting) {
    return alone("MALLOC_", setting, "_");
  }

  private static LibraryOption tunable(Setting setting) {
    return in(TUNABLES, "glibc.malloc.", setting);
  }
}
