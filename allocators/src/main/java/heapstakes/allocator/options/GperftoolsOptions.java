package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.alone;

import heapstakes.setting.Setting;
import java.util.List;

/**
 * Options of gperftools' tcmalloc, 2.10. It takes any rate and any heap limit (the range here ends
 * with the address space), and brings the budget of the thread caches into 512K … 1G itself.
 */
public final class GperftoolsOptions {
  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "tcmalloc",
          List.of(
              variable(
                  Setting.decimal(
                      "release_rate",
                      "1",
                      0,
                      1_000_000,
                      "how eagerly free pages are released; 0: never")),
              variable(
                  Setting.flag(
                      "aggressive_decommit", false, "release pages as soon as they are free")),
              variable(
                  Setting.size(
                      "max_total_thread_cache_bytes",
                      "32M",
                      512L << 10,
                      1L << 30,
                      "bytes that all thread caches together may hold")),
              variable(
                  Setting.integer(
                      "transfer_num_obj",
                      "32",
                      1,
                      100_000,
                      "most objects moved between caches at once")),
              variable(
                  Setting.integer(
                      "heap_limit_mb",
                      "0",
                      0,
                      1L << 27,
                      "MiB to take from the kernel; 0: no limit")),
              variable(
                  Setting.flag(
                      "disable_memory_release", false, "give nothing back to the kernel"))));

  private GperftoolsOptions() {}

  private static LibraryOption variable(Setting setting) {
    return alone("TCMALLOC_", setting, "");
  }
}
