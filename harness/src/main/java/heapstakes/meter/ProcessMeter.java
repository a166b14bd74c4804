package heapstakes.meter;

import heapstakes.os.VmStatistics;
import heapstakes.replay.ReplayProcess;

/** What is live in one process of a metered replay. */
final class ProcessMeter {
  final ReplayProcess process;
  final VmStatistics statistics;
  final ProcessBlocks blocks;
  long requested;
  long allocated;

  /** Bytes mapped when it was last current, or was forked. */
  long mapped;

  /** A process without blocks. */
  ProcessMeter(ReplayProcess process, boolean severalThreads) {
    this(process, new ProcessBlocks(process.slots(), severalThreads));
  }

  private ProcessMeter(ReplayProcess process, ProcessBlocks blocks) {
    this.process = process;
    this.statistics = process.space().statistics();
    this.blocks = blocks;
  }

  /** The child that this process has just forked, whose thread has that number. */
  ProcessMeter fork(ReplayProcess child, int thread) {
    ProcessMeter forked = new ProcessMeter(child, blocks.fork(child.slots(), thread));
    forked.requested = requested;
    forked.allocated = allocated;
    return forked;
  }
}
