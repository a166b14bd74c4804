package heapstakes.os.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Recomputes every counter of the processes of one machine from their tables. */
final class SimulatedAudit {
  private static final long PAGE = 4096;

  private SimulatedAudit() {}

  /** Fails unless all figures of {@code processes}, all there are on their machine, are right. */
  static void check(List<SimulatedLinux> processes) {
    long frames = 0;
    long tables = 0;
    long committed = 0;
    Set<Integer> seen = new HashSet<>();
    for (SimulatedLinux process : processes) {
      frames += checkPages(process, seen);
      tables += checkTables(process);
      committed += checkMappings(process);
    }
    SimulatedStatistics statistics = processes.getFirst().statistics();
    assertThat(statistics.machineFrameBytes()).as("frames").isEqualTo(frames * PAGE);
    assertThat(statistics.committedBytes()).as("committed").isEqualTo(committed * PAGE);
    assertThat(processes.getFirst().pages().machine().usedTables()).isEqualTo(tables);
  }

  /** Frames that no process before had. */
  private static long checkPages(SimulatedLinux process, Set<Integer> seen) {
    long[] byState = new long[PteTable.STATE + 1];
    long frames = 0;
    long huge = 0;
    long brought = 0;
    PageTable table = process.pages().table();
    for (PteTable pte = table.next(0, ResidentSet.END); pte != null; pte = table.after(pte)) {
      int compound = 0;
      int used = 0;
      for (int entry = 0; entry < PteTable.ENTRIES; entry++) {
        byState[pte.state(entry)]++;
        used += pte.state(entry) == PteTable.EMPTY ? 0 : 1;
        brought += pte.has(entry, PteTable.BROUGHT) ? 1 : 0;
        if (pte.has(entry, PteTable.COMPOUND)) {
          compound++;
        } else if (pte.isResident(entry)) {
          int share = pte.share(entry);
          frames += share == 0 || seen.add(share) ? 1 : 0;
        }
        if (pte.state(entry) != PteTable.EMPTY) {
          checkMapped(process, (pte.firstPage + entry) * PAGE, pte.state(entry));
        }
      }
      assertThat(pte.compound).isEqualTo(compound);
      assertThat(pte.used).isEqualTo(used);
      frames += compound > 0 ? PteTable.ENTRIES : 0;
      huge += pte.huge && pte.isResident(0) ? 1 : 0;
    }
    SimulatedStatistics statistics = process.statistics();
    long resident = byState[PteTable.DIRTY] + byState[PteTable.LAZY];
    assertThat(statistics.residentBytes()).as("resident").isEqualTo(resident * PAGE);
    assertThat(statistics.lazyFreeBytes()).as("lazy").isEqualTo(byState[PteTable.LAZY] * PAGE);
    assertThat(statistics.zeroPages()).as("zero").isEqualTo(byState[PteTable.ZERO]);
    assertThat(statistics.swappedBytes()).isEqualTo(byState[PteTable.SWAPPED] * PAGE);
    assertThat(statistics.hugeBytes()).as("huge").isEqualTo(huge << 21);
    if (statistics.hugeBloatBytes() >= 0) {
      assertThat(statistics.hugeBloatBytes()).as("bloat").isEqualTo(brought * PAGE);
      assertThat(brought).isLessThanOrEqualTo(resident);
    }
    assertThat(statistics.peakResidentBytes()).isGreaterThanOrEqualTo(resident * PAGE);
    return frames;
  }

  private static void checkMapped(SimulatedLinux process, long address, int state) {
    Vma vma = process.vmas().find(address);
    assertThat(vma.start()).as("page without mapping").isLessThanOrEqualTo(address);
    if (state != PteTable.ZERO) {
      assertThat(vma.anonId()).as("written mapping without a group").isNotZero();
    }
  }

  /** The page-table pages, counted by the regions that have a lowest-level table. */
  private static long checkTables(SimulatedLinux process) {
    Set<Long> gibs = new HashSet<>();
    Set<Long> tops = new HashSet<>();
    long lowest = 0;
    PageTable table = process.pages().table();
    for (PteTable pte = table.next(0, ResidentSet.END); pte != null; pte = table.after(pte)) {
      lowest++;
      gibs.add(pte.firstPage >>> 18);
      tops.add(pte.firstPage >>> 27);
    }
    long pages = process.statistics().pageTableBytes() / PAGE;
    // MADV_DONTNEED may leave higher levels without a lowest one.
    assertThat(pages).isGreaterThanOrEqualTo(lowest + gibs.size() + tops.size());
    return pages;
  }

  /** Pages that the process's mappings have committed. */
  private static long checkMappings(SimulatedLinux process) {
    long committed = 0;
    long total = 0;
    int count = 0;
    VmaSet vmas = process.vmas();
    long lastEnd = 0;
    for (Vma vma = vmas.first(); !vmas.isEnd(vma); vma = vma.next()) {
      assertThat(vma.start()).isGreaterThanOrEqualTo(lastEnd).isLessThan(vma.end());
      lastEnd = vma.end();
      total += vma.pages();
      committed += vma.has(Vma.ACCOUNT) ? vma.pages() : 0;
      count++;
    }
    assertThat(process.statistics().mapCount()).isEqualTo(count);
    assertThat(process.statistics().virtualBytes()).isEqualTo(total * PAGE);
    return committed;
  }
}
