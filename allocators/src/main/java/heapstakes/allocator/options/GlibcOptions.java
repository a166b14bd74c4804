package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.alone;
import static heapstakes.allocator.options.LibraryOption.in;

import heapstakes.allocator.options.LibraryOption.Variable;
import heapstakes.setting.Setting;
import java.util.List;

/**
 * Options of glibc's malloc: mallopt(3) and {@code ld.so --list-tunables}, 2.36. Sizes go up to the
 * address space, which the variables take; mallopt, whose values are of 32 bits, does not. Of
 * arena_max and arena_test glibc ignores 0, of tcache_count more than 65535, of tcache_max more
 * than 1032 and of mxfast more than 160 (malloc.c: do_set_tcache_count, do_set_tcache_max,
 * do_set_mxfast).
 */
public final class GlibcOptions {
  private static final long MAX_BYTES = 1L << 47; // the address space
  private static final int MAX_INT = Integer.MAX_VALUE;
  private static final Variable TUNABLES = new Variable("GLIBC_TUNABLES", "=", ":");

  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "glibc",
          List.of(
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
                      MAX_BYTES,
                      "bytes from which a block gets its own mapping (stops dynamic thresholds)")),
              variable(
                  Setting.integer(
                      "mmap_max",
                      "65536",
                      0,
                      MAX_INT,
                      "most mappings of blocks at a time (stops dynamic thresholds)")),
              // The two arena variables alone have no underscore at the end.
              alone(
                  "MALLOC_",
                  Setting.integer("arena_max", "0", 0, MAX_INT, "most arenas; 0: 8 a processor"),
                  ""),
              alone(
                  "MALLOC_",
                  Setting.integer(
                      "arena_test",
                      "8",
                      1,
                      MAX_INT,
                      "arenas from which the limit on arenas is computed"),
                  ""),
              tunable(
                  Setting.integer(
                      "tcache_count", "7", 0, 65535, "chunks a thread keeps of each size")),
              tunable(
                  Setting.size(
                      "tcache_max", "1032", 0, 1032, "largest request in bytes kept by a thread")),
              tunable(
                  Setting.integer(
                      "tcache_unsorted_limit",
                      "0",
                      0,
                      MAX_INT,
                      "chunks sorted before one found for the tcache is returned; 0: no limit")),
              tunable(
                  Setting.size(
                      "mxfast", "128", 0, 160, "largest request in bytes kept in fastbins; 0 off")),
              variable(
                  Setting.integer(
                      "perturb", "0", 0, 255, "fill freed memory with this byte; 0 off"))));

  private GlibcOptions() {}

  private static LibraryOption variable(Setting setting) {
    return alone("MALLOC_", setting, "_");
  }

  private static LibraryOption tunable(Setting setting) {
    return in(TUNABLES, "glibc.malloc.", setting);
  }
}
