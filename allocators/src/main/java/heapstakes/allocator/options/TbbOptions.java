package heapstakes.allocator.options;

import static heapstakes.allocator.options.LibraryOption.alone;

import heapstakes.setting.Setting;
import java.util.List;

/** Options of oneTBB's malloc (oneTBB, "Memory allocation: environment variables"). */
public final class TbbOptions {
  /** All that are offered. */
  public static final LibraryOptions ALL =
      new LibraryOptions(
          "oneTBB's malloc",
          List.of(
              alone(
                  "TBB_MALLOC_",
                  Setting.integer("use_huge_pages", "0", 0, 1, "1: 2 MiB pages"),
                  ""),
              alone(
                  "TBB_MALLOC_",
                  Setting.size(
                      "set_huge_size_threshold",
                      "64M",
                      4L << 20,
                      1L << 46,
                      "bytes from which a block is not kept when it is freed"),
                  "")));

  private TbbOptions() {}
}
