package heapstakes.meter;

import heapstakes.os.Syscall;
import heapstakes.os.VmStatistics;
import heapstakes.results.Footprint;
import java.util.OptionalLong;

/**
 * Counts what becomes of blocks between malloc and free. Pages that mremap moves are not copied:
 * the old place is unmapped by that call, and by an munmap of its own where mremap was refused.
 */
final class BlockTraffic {
  private long reallocs;
  private long moved;
  private long copiedBytes;
  private long crossThreadFrees;
  private long crossThreadFreedBytes;
  private long remaps;
  private long unmaps;

  /** A block is about to be reallocated. */
  void begin(VmStatistics statistics) {
    remaps = statistics.calls(Syscall.MREMAP);
    unmaps = statistics.calls(Syscall.MUNMAP);
  }

  /**
   * The realloc was answered with a block.
   *
   * @param bytes the smaller one of both sizes
   */
  void reallocated(long from, long to, long bytes, VmStatistics statistics) {
    reallocs++;
    if (from != to) {
      moved++;
      boolean carried =
          statistics.calls(Syscall.MREMAP) != remaps && statistics.calls(Syscall.MUNMAP) == unmaps;
      copiedBytes += carried ? 0 : bytes;
    }
  }

  /** A block of {@code bytes} is freed by another thread than allocated it. */
  void freedElsewhere(long bytes) {
    crossThreadFrees++;
    crossThreadFreedBytes += bytes;
  }

  /** What it came to. */
  Footprint.Traffic result() {
    return new Footprint.Traffic(
        OptionalLong.of(reallocs),
        OptionalLong.of(moved),
        OptionalLong.of(copiedBytes),
        OptionalLong.of(crossThreadFrees),
        OptionalLong.of(crossThreadFreedBytes));
  }
}
