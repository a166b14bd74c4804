/**
 * Twin of mimalloc 2: a free list in each page of a thread's own segments.
 *
 * <h2>Lineage</h2>
 *
 * mimalloc 2.0.9, {@code libmimalloc.so.2.0} as Debian 12 builds it, on x86-64: no debugging, no
 * guard pages, no encoding of free lists, statistics level 0. After D. Leijen, B. Zorn and L. de
 * Moura, "Mimalloc: Free List Sharding in Action" (2019). The specification is
 * docs/specs/mimalloc.md; its sections are cited as {@code §N}.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   thread:   MimallocHeap    a queue of pages for every size      no lock
 *             MimallocPage    free | freed here | freed elsewhere: three lists of blocks
 *             ThreadSegments  free spans by length
 *   process:  SegmentCache, AbandonedSegments, ThreadRecords       a lock, on slow paths
 *             OsLayer         counts, hints
 *   kernel:   mmap at hints that follow each other; mprotect, madvise, munmap
 *
 *   segment, 32 MiB:  | header 64 KiB | page | page 512 KiB … | free span | page …
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Slice: 64 KiB. Segment: 512 slices, or a huge block with its header. Page: a run of slices with
 * blocks of one size. Span: a run of free slices. Retired: a page that is empty and kept for a
 * while. Full: a page in the full queue, without a free block when last looked at. Abandoned: what
 * a thread that ended has left. Delayed: blocks freed elsewhere that the owner frees again.
 * Committed: usable and not given back since. Pending: to be decommitted.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc up to 1 KiB: pop from the first page of the size's queue.
 *   <li>Else, and when that has none: take in what other threads freed; take the first page in the
 *       queue that has a block once its lists are joined or more blocks are carved out; pages
 *       without move to the full queue; then a new page.
 *   <li>free by the owner: push on the page's list of blocks freed here, which becomes the free
 *       list when that is empty. An empty page is freed unless it is the only one of its queue.
 *   <li>free by others: the first block of a page goes to the heap's list of delayed blocks, the
 *       next ones to the page's.
 *   <li>A page takes the first span of the shortest bin that fits, else a span of an abandoned
 *       segment, else one of a new segment, from the cache or the kernel.
 *   <li>Free spans join their neighbours; what was free for 25 ms is decommitted when the next page
 *       of the segment is made: nothing happens by time alone.
 *   <li>Empty segments go to the cache, where others purge them after 500 ms, if they come across.
 *   <li>Above 128 KiB a block has a page of its own; above 16 MiB a segment.
 *   <li>A thread that ends abandons its pages; threads in want of memory reclaim them.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Records of the library live in Java objects; their pages are touched when the library writes to
 * them. The first segment lies at a fixed place, not at a random one. What corrupts the library
 * unnoticed (a page's last block freed twice) is an error here. Large OS pages, reserved memory,
 * several NUMA nodes, first-class heaps and messages are left out.
 *
 * <p>Faults of the library that are kept: memalign(256, 256), and of 512 and 1024, gives blocks
 * that are misaligned by 128; each thread that ends counts twice, so that the number of threads, an
 * unsigned one, soon makes new segments lazy where there is one thread.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: threads that free what they allocated, of any size: no lock, hardly a branch. Worst: a
 * burst of many sizes that leaves a block in each page, and programs that go idle: nothing is given
 * back until they allocate again.
 *
 * <p>More than 25 types: a model is one package, so that nobody outside can reach into its heap.
 */
@NullMarked
package heapstakes.model.mimalloc;

import org.jspecify.annotations.NullMarked;
