package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.alone;

import heapstakes.setting.Setting;
import java.util.List;

/** Options of mimalloc 2, with the defaults that 2.0.9 lists under MIMALLOC_VERBOSE=1. */
public final class MimallocOptions {
  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "mimalloc",
          List.of(
              variable(Setting.flag("eager_commit", true, "commit segments when they are made")),
              variable(
                  Setting.integer(
                      "eager_commit_delay", "1", 0, 1024, "segments a thread has before that")),
              variable(Setting.flag("allow_decommit", true, "give unused memory back")),
              variable(
                  Setting.integer("decommit_delay", "25", 0, Integer.MAX_VALUE, "ms before that")),
              variable(
                  Setting.integer(
                      "segment_decommit_delay", "500", 0, Integer.MAX_VALUE, "ms, for segments")),
              variable(Setting.flag("page_reset", false, "reset free pages")),
              variable(
                  Setting.flag(
                      "abandoned_page_decommit", false, "decommit pages of threads that ended")),
              variable(Setting.flag("large_os_pages", false, "use 2 MiB pages"))));

  private MimallocOptions() {}

  private static LibraryOption variable(Setting setting) {
    return alone("MIMALLOC_", setting, "");
  }
}
