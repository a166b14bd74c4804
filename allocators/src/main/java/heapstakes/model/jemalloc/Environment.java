package heapstakes.model.jemalloc;

import heapstakes.memory.Memory;
import heapstakes.os.VirtualClock;

/**
 * What all arenas of a process share.
 *
 * @param settings options
 * @param memory loads and stores
 * @param clock the trace's time
 * @param pages system calls
 * @param map from addresses to extents
 * @param background who purges instead of the program's threads, if anybody does
 */
record Environment(
    JemallocSettings settings,
    Memory memory,
    VirtualClock clock,
    Pages pages,
    ExtentMap map,
    BackgroundThread background) {}
