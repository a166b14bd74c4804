package heapstakes.fidelity;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.options.GlibcOptions;
import heapstakes.allocator.options.JemallocOptions;
import heapstakes.cell.CellSpec;
import heapstakes.os.HugePageMode;
import java.io.Serializable;
import java.util.Locale;
import java.util.Set;

/**
 * A twin and its library on one trace, in words only, as a {@link CellSpec} is.
 *
 * @param twin on simulated memory
 * @param library set as the twin is set
 */
public record PairSpec(CellSpec twin, CellSpec library) implements Serializable {
  /** The setting of simulated memory that refuses a system call. */
  static final String REFUSED_CALL = "fail_call";

  /** The setting of simulated memory that limits what is writable. */
  static final String DATA_LIMIT = "rlimit_data";

  /** The setting of simulated memory for huge pages. */
  static final String HUGE_PAGES = "thp";

  private static final String NOT_BY_ITSELF = ",khugepaged=false";

  /** Options by which a twin speaks to the kernel of huge pages. */
  private static final Set<String> ABOUT_HUGE_PAGES =
      Set.of(GlibcOptions.HUGE_PAGES, JemallocOptions.THP, JemallocOptions.METADATA_THP);

  /** Rejects cells of two traces. */
  public PairSpec {
    if (!twin.workload().equals(library.workload())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s cannot be compared with %s: a pair has one trace",
              twin.workload(),
              library.workload()));
    }
  }

  /**
   * Both on {@code workload}.
   *
   * @param refusedCall which memory system call, from 1, fails with ENOMEM on both sides; 0: none
   */
  public static PairSpec of(Counterpart.Library found, String workload, long refusedCall) {
    CellSpec twin = CellSpec.of(found.twin().toString(), workload);
    String huge =
        speaksOfHugePages(found.twin()) ? withHugePages(HugePageMode.ofThisMachine()) : "";
    return new PairSpec(
        twin.withMemory(
            String.format(
                Locale.ROOT, "%s:%s=%d%s", twin.memory(), REFUSED_CALL, refusedCall, huge)),
        CellSpec.of(found.original().toString(), workload).withMemory("linux"));
  }

  /** Whether it is set so that what it does depends on the kernel's mode. */
  private static boolean speaksOfHugePages(Contestant twin) {
    return twin.provider().settings().stream()
        .filter(setting -> ABOUT_HUGE_PAGES.contains(setting.key()))
        .anyMatch(setting -> !twin.settings().text(setting.key()).equals(setting.defaultValue()));
  }

  private static String withHugePages(HugePageMode mode) {
    String setting = "," + HUGE_PAGES + "=" + mode;
    return mode == HugePageMode.NEVER ? setting : setting + NOT_BY_ITSELF;
  }

  /**
   * The same with huge pages for whatever is mapped, at page faults: the library's process advises
   * them. The kernel's thread that collapses ranges keeps a time of its own, which the twin has
   * not.
   */
  public PairSpec withHugePages() {
    if (twin.memory().contains("," + HUGE_PAGES + "=")) {
      return this; // it asks for them itself, which the library does not where all have them
    }
    return new PairSpec(
        twin.withMemory(twin.memory() + withHugePages(HugePageMode.ALWAYS)), library);
  }
}
