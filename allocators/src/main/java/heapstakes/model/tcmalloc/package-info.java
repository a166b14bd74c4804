/**
 * Twin of gperftools tcmalloc: thread caches in front of central free lists in front of a heap of 8
 * KiB pages.
 *
 * <h2>Lineage</h2>
 *
 * gperftools 2.10, {@code libtcmalloc_minimal.so.4.5.10} as Debian 12 builds it, on x86-64:
 * sampling compiled out, {@code MADV_DONTNEED}; and what 2.8, 2.16, 2.17 and 2.18 do otherwise,
 * {@link heapstakes.model.tcmalloc.GperftoolsVersion}. After S. Ghemawat and P. Menage, "TCMalloc:
 * Thread-Caching Malloc" (2005). Constants are the library's, of the file in its src that is named
 * beside each, and stand in §2 of the specification.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   thread:   ThreadCache   a FreeList for every class     no lock
 *                 ↓ ↑ one batch
 *   process:  TransferCache  slots of whole batches         a lock for every class
 *             CentralFreeList  spans of objects
 *                 ↓ ↑ one span
 *             PageHeap   free spans by length, normal or returned   the heap lock
 *                 ↓ ↑ 1 MiB or more
 *   kernel:   sbrk, then mmap; madvise gives pages back
 *
 *   break:  | metadata 8 MiB | span | span … span | metadata 8 MiB | span …
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Page: 8 KiB. Span: a run of pages, {@link heapstakes.model.tcmalloc.Span}. Class: a size of
 * objects, {@link heapstakes.model.tcmalloc.SizeMap}. Batch: objects moved at once. Normal: free,
 * may hold frames. Returned: free, given back by madvise. Unclaimed: the part of the thread caches'
 * budget that is no cache's limit.
 *
 * <p>More than 25 types: a model is one package, so that nobody outside can reach into its heap.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: pop from the thread's list of the class; above 256 KiB whole pages (step 5).
 *   <li>free: the page map tells the class; push on the thread's list.
 *   <li>List empty: fetch min(maxLength, batch) objects, from the newest transfer slot if that is a
 *       batch, else from the first spans; maxLength grows by one up to a batch, then by batches.
 *   <li>List longer than maxLength: give a batch to the central free list, into a slot if there is
 *       room or another class has to give one up, else object by object to its span.
 *   <li>Pages: the shortest free span that fits, normal before returned, lowest pages first; else
 *       join everything every 128 MiB; else grow. A span of objects without any in use is freed at
 *       once.
 *   <li>Freeing a span joins it with neighbours of the same kind; thread caches over their limit
 *       give back half of what they did not need and take 64 KiB of budget.
 *   <li>Growth: at least 1 MiB by sbrk, by mmap once sbrk failed; records for it come from metadata
 *       on the same break.
 *   <li>Release: after so many freed pages, the oldest span of the next length in turn; with
 *       aggressive decommit every span as it is freed.
 *   <li>Heap limit: release what is needed before taking more; fail when that is not enough.
 *   <li>realloc: in place between half and all of the block, else a new one, with a quarter to
 *       spare when it grows by less; since 2.18 in place where malloc would give the same size, and
 *       nothing to spare.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Records of the library live in Java objects; their pages are touched when the library writes to
 * them first. What the library does not notice and that corrupts it (a large block freed twice) is
 * an error here. /dev/mem and hugetlbfs as sources, the log of failed allocations, and the text of
 * GetStats are left out: nothing that is measured depends on them.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: many threads with small blocks of few sizes: no lock, no system call. Worst: objects of
 * many sizes that die in no order, which leaves spans with one live object each, and programs that
 * go idle: what thread and transfer caches hold is out of reach of ReleaseFreeMemory.
 */
@NullMarked
package heapstakes.model.tcmalloc;

import org.jspecify.annotations.NullMarked;
