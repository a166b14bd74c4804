package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.alone;

import heapstakes.setting.Setting;
import java.util.List;
import java.util.stream.Stream;

/** Options of mimalloc 2, with the defaults that 2.0.9 lists under MIMALLOC_VERBOSE=1. */
public final class MimallocOptions {
  private static final List<LibraryOption> SIMPLE =
      List.of(
          variable(Setting.flag("eager_commit", true, "commit segments when they are made")),
          variable(
              Setting.integer(
                  "eager_commit_delay", "1", 0, 1024, "segments a thread has before that")),
          variable(Setting.flag("allow_decommit", true, "give unused memory back")),
          variable(Setting.integer("decommit_delay", "25", 0, Integer.MAX_VALUE, "ms before that")),
          variable(
              Setting.integer(
                  "segment_decommit_delay", "500", 0, Integer.MAX_VALUE, "ms, for segments")),
          variable(Setting.flag("page_reset", false, "reset free pages")),
          variable(
              Setting.flag(
                  "abandoned_page_decommit", false, "decommit pages of threads that ended")),
          variable(
              Setting.integer(
                  "decommit_extend_delay",
                  "1",
                  0,
                  Integer.MAX_VALUE,
                  "ms that each further free span puts that off")),
          variable(
              Setting.integer(
                  "max_segment_reclaim",
                  "8",
                  8,
                  1024,
                  "abandoned segments looked at before a new one is made")));

  /** Those that the model has as well: all but large pages. */
  public static final LibraryOptions MODELLED = new LibraryOptions("mimalloc", SIMPLE);

  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "mimalloc",
          Stream.concat(
                  SIMPLE.stream(),
                  Stream.of(variable(Setting.flag("large_os_pages", false, "use 2 MiB pages"))))
              .toList());

  private MimallocOptions() {}

  private static LibraryOption variable(Setting setting) {
    return alone("MIMALLOC_", setting, "");
  }
}
