package heapstakes.fidelity;

import heapstakes.cell.CellSpec;
import java.io.Serializable;
import java.util.Locale;

/**
 * A twin and its library on one trace, in words only, as a {@link CellSpec} is.
 *
 * @param twin on simulated memory
 * @param library set as the twin is set
 */
public record PairSpec(CellSpec twin, CellSpec library) implements Serializable {
  /** The setting of simulated memory that refuses a system call. */
  static final String REFUSED_CALL = "fail_call";

  /** The setting of simulated memory for huge pages. */
  static final String HUGE_PAGES = "thp";

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
    return new PairSpec(
        twin.withMemory(
            String.format(Locale.ROOT, "%s:%s=%d", twin.memory(), REFUSED_CALL, refusedCall)),
        CellSpec.of(found.original().toString(), workload).withMemory("linux"));
  }

  /**
   * The same with huge pages for whatever is mapped, at page faults: the library's process advises
   * them. The kernel's thread that collapses ranges keeps a time of its own, which the twin has
   * not.
   */
  public PairSpec withHugePages() {
    String memory = twin.memory() + "," + HUGE_PAGES + "=always,khugepaged=false";
    return new PairSpec(twin.withMemory(memory), library);
  }
}
