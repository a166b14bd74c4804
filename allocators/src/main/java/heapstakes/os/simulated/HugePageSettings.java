package heapstakes.os.simulated;

import static heapstakes.setting.Setting.choice;
import static heapstakes.setting.Setting.flag;
import static heapstakes.setting.Setting.integer;

import heapstakes.os.HugePageMode;
import heapstakes.os.linux.Vma;
import heapstakes.setting.Setting;
import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;

/**
 * How huge pages are set: the files below /sys/kernel/mm/transparent_hugepage, under their own
 * names (linux-vm.md §11).
 *
 * @param mode enabled
 * @param khugepaged whether the thread that collapses ranges runs
 * @param pagesToScan pages that it looks at before it sleeps
 * @param sleepNanos how long it sleeps, on the virtual clock
 * @param maxPtesNone how many pages of a range may be empty, or read as zero, 0 to 511
 * @param maxPtesSwap how many may be in swap, 0 to 511
 * @param maxPtesShared how many may be shared with another process, 0 to 511
 */
record HugePageSettings(
    HugePageMode mode,
    boolean khugepaged,
    long pagesToScan,
    long sleepNanos,
    int maxPtesNone,
    int maxPtesSwap,
    int maxPtesShared) {
  private static final String THP = "thp";
  private static final long NANOS_PER_MILLISECOND = 1_000_000;
  private static final int MOST = PteTable.ENTRIES - 1; // HPAGE_PMD_NR - 1 of mm/khugepaged.c

  /** Their settings. */
  static final List<Setting> SETTINGS =
      List.of(
          choice(THP, List.of("never", "madvise", "always"), "transparent huge pages"),
          flag("khugepaged", true, "whether the kernel collapses ranges of 2 MiB by itself"),
          integer(
              "pages_to_scan",
              "4096",
              1,
              Integer.MAX_VALUE,
              "pages that khugepaged scans at a time"),
          integer(
              "scan_sleep_millisecs",
              "10000",
              1,
              Integer.MAX_VALUE,
              "virtual milliseconds between two scans of khugepaged, which take none"),
          integer("max_ptes_none", "511", 0, MOST, "empty pages of a range that it collapses"),
          integer("max_ptes_swap", "64", 0, MOST, "pages of such a range that are in swap"),
          integer("max_ptes_shared", "256", 0, MOST, "pages of such a range that a fork shares"));

  /**
   * Reads values for {@link #SETTINGS}.
   *
   * @throws SettingException when one of khugepaged's is given and there are no huge pages
   */
  static HugePageSettings of(Settings settings) {
    HugePageMode mode = HugePageMode.valueOf(settings.text(THP).toUpperCase(Locale.ROOT));
    if (mode == HugePageMode.NEVER) {
      refuseOthers(settings);
    }
    return new HugePageSettings(
        mode,
        mode != HugePageMode.NEVER && settings.flag("khugepaged"),
        settings.number("pages_to_scan"),
        settings.number("scan_sleep_millisecs") * NANOS_PER_MILLISECOND,
        (int) settings.number("max_ptes_none"),
        (int) settings.number("max_ptes_swap"),
        (int) settings.number("max_ptes_shared"));
  }

  private static void refuseOthers(Settings settings) {
    for (Setting setting : SETTINGS) {
      String key = setting.key();
      if (!key.equals(THP) && settings.given().containsKey(key)) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "simulated:%s=%s says nothing where thp=never: khugepaged does not run.\n"
                    + "  Add thp=madvise or thp=always, or leave %s away.",
                key,
                settings.text(key),
                key));
      }
    }
  }

  /** Whether the mapping may have huge pages. */
  boolean allows(Vma vma) {
    return !vma.has(Vma.NOHUGEPAGE)
        && (mode == HugePageMode.ALWAYS || (mode == HugePageMode.MADVISE && vma.has(Vma.HUGEPAGE)));
  }
}
