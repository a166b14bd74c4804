package heapstakes.model.jemalloc;

import heapstakes.memory.Memory;
import heapstakes.os.VirtualClock;

/**
 * What all arenas of a process share.
 *
 * @param version whose rules hold
 * @param settings options
 * @param memory loads and stores
 * @param clock the trace's time
 * @param pages system calls
 * @param map from addresses to extents
 * @param background who purges instead of the program's threads, if anybody does
 */
record SharedParts(
    JemallocVersion version,
    JemallocSettings settings,
    Memory memory,
    VirtualClock clock,
    MemoryCalls pages,
    ExtentMap map,
    BackgroundThreads background) {

  /** Whether what is large is purged as soon as it is free. */
  boolean purgesLargeAtOnce() {
    return !(version.follows(JemallocRule.BACKGROUND) && background.run());
  }
}
