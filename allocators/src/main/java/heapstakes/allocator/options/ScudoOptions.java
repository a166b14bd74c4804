package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.in;

import heapstakes.allocator.options.LibraryOption.Variable;
import heapstakes.setting.Setting;
import java.util.List;

/** Options of Scudo as clang builds it, of those that concern memory (compiler-rt, flags.inc). */
public final class ScudoOptions {
  private static final Variable OPTIONS = new Variable("SCUDO_OPTIONS", "=", ":");

  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "Scudo",
          List.of(
              option(
                  Setting.integer(
                      "release_to_os_interval_ms",
                      "5000",
                      -1,
                      Integer.MAX_VALUE,
                      "ms between two looks for pages to give back; -1: never")),
              option(
                  Setting.integer(
                      "quarantine_size_kb", "0", 0, Integer.MAX_VALUE, "freed memory held, KiB")),
              option(
                  Setting.integer(
                      "thread_local_quarantine_size_kb",
                      "0",
                      0,
                      Integer.MAX_VALUE,
                      "of that held by a thread, KiB")),
              option(
                  Setting.integer(
                      "quarantine_max_chunk_size",
                      "0",
                      0,
                      Integer.MAX_VALUE,
                      "largest block held, bytes")),
              option(Setting.flag("zero_contents", false, "clear what is handed out")),
              option(
                  Setting.flag(
                      "pattern_fill_contents", false, "fill what is handed out with a pattern"))));

  private ScudoOptions() {}

  private static LibraryOption option(Setting setting) {
    return in(OPTIONS, "", setting);
  }
}
