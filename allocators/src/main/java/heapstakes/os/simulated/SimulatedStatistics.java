package heapstakes.os.simulated;

import heapstakes.os.VmStatistics;

/**
 * What only a simulated kernel can tell exactly, beyond {@link VmStatistics}: the figures of {@code
 * /proc/self/status} and {@code smaps_rollup}, and the machine's. Bytes, unless it says pages or a
 * count.
 */
public interface SimulatedStatistics extends VmStatistics {
  /** Size of all mappings, program, libraries and stack included (VmSize). */
  long virtualBytes();

  /** Highest {@link #virtualBytes} so far (VmPeak). */
  long peakVirtualBytes();

  /** Mappings (lines of maps without vsyscall). */
  int mapCount();

  /** Size of the page table (VmPTE). */
  long pageTableBytes();

  /** Pages that were only read and share the frame of zeros; not resident. */
  long zeroPages();

  /** The part of resident in huge mappings (AnonHugePages). */
  long hugeBytes();

  /** Resident, each page divided by the number of processes that share its frame (Pss). */
  long proportionalBytes();

  /** The part of resident whose frames other processes hold too (Shared_Clean + Shared_Dirty). */
  long sharedBytes();

  /** What this process has copied by writing to frames that others held too, so far. */
  long copiedOnWriteBytes();

  /** Committed_AS of the machine: what its processes of this simulation may come to need. */
  long committedBytes();

  /** Distinct frames in use on the machine, page tables excluded. */
  long machineFrameBytes();

  /** Swap in use on the machine. */
  long machineSwapBytes();
}
