/**
 * Linux simulated: {@code --memory simulated}. The book of mappings is that of {@link
 * heapstakes.os.linux}; here are the pages of one process, the machine they stand on and what each
 * step costs.
 *
 * <pre>
 *                        SimulatedLinux (a process)
 *          load, store        │  brk, mmap …          │ madvise
 *               ▼             ▼                       ▼
 *          PageFaults    ResidentSet ◀──────────  PageAdvice, HugePages, PageMoves (mremap, fork)
 *               │             │
 *               └─────────────┤ one state a page: EMPTY, ZERO, DIRTY, LAZY, SWAPPED
 *                             ▼
 *                         PageTable ── PteTable (512 entries, 2 MiB)
 *                             │
 *        bytes of the pages   │   frames, swap, memory.max      counted and priced
 *               ▼             ▼                                       ▼
 *          HostBacking   PhysicalMemory ── PageQueue (reclaim)    VmCounters, CostModel
 *   (FlatFrames, ScatteredFrames)  └─ shared by all processes of a machine, as is Overcommit
 * </pre>
 */
@NullMarked
package heapstakes.os.simulated;

import org.jspecify.annotations.NullMarked;
