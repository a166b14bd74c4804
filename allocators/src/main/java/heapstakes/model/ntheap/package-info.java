/**
 * The heap of Windows NT, which HeapAlloc and the C runtime's malloc use, and with them Rust's
 * default allocator there: the only well-known one that heeds how much is free in all before it
 * gives back.
 *
 * <h2>Lineage</h2>
 *
 * Microsoft's documents on RTL_HEAP_PARAMETERS, RtlCreateHeap and HeapCreate, KB 315407, and the
 * clean heap of Wine and ReactOS; low-fragmentation heap as of Vista.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   segment, reserved                                   committed again: first that is large enough
 *   | header | entry | entry | free … | not committed ░░░░ | free | entry | not committed ░░░░░░░░ |
 *                └─ subsegment: | block | block | block | …      front end, one size
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Granule: 16 bytes. Entry: a header of one granule and a block. Reserve: take addresses. Commit:
 * take memory for them, against a charge. Decommit: give that memory back and keep the addresses.
 * Segment: addresses reserved at once, 1 MiB first, then always double. LFH, front end: takes over
 * a size after 17 requests. Subsegment: blocks of one size in an entry of the back end.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: the front end, where it has taken over the size; above 508 KiB a reservation of its
 *       own, released by free.
 *   <li>Else best fit: the list of the size, the next that is not empty, above 128 granules sorted;
 *       two granules or more are split off.
 *   <li>Nothing fits: commit pages of the first uncommitted range that is large enough; else a new
 *       segment.
 *   <li>free: join with both neighbours. Is the block less than a page, or would less than 64 KiB
 *       be free with it, it goes to its list; else the whole pages inside it are decommitted. What
 *       is left at its edges is free, and an edge of one granule keeps its page.
 *   <li>A block of the front end stays with its subsegment; a subsegment that is all free goes to
 *       the back end.
 * </ol>
 *
 * Where the kernel has no reserve and commit, mappings without access stand for them, as in Wine
 * ({@code AddressSpace.commitCalls}); {@code simulated:kernel=nt} has both.
 *
 * <h2>Deviations</h2>
 *
 * Made from a description. Headers of 16 bytes share none with the block before. The heap's own
 * structure and the records of ranges are not in memory. A subsegment has 32 blocks, at most 64
 * KiB, and gives out what was freed last; Windows 8 and later choose at random. It goes to the back
 * end as soon as it is free, the last of its size too: what the front end may keep is not
 * described, so that a program which allocates and frees a single block pays for a subsegment each
 * time. Usable bytes are all that there are, not those asked for. The segment heap of Windows 10 is
 * another allocator. memalign is added. No fork.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: blocks that die in large runs, anywhere: the pages inside go back. Worst: a program that
 * frees and allocates around 64 KiB: a decommit, a commit and faults each time.
 */
@NullMarked
package heapstakes.model.ntheap;

import org.jspecify.annotations.NullMarked;
