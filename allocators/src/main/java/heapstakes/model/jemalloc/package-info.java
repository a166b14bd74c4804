/**
 * Twin of jemalloc: thread caches in front of arenas, which cut slabs and large blocks out of
 * extents that decay when they are free.
 *
 * <h2>Lineage</h2>
 *
 * jemalloc 5.2.1, 5.3.0 and 5.3.1, {@code libjemalloc.so.2} as Debian builds it, on x86-64:
 * cache-oblivious layout and statistics on, profiling and huge-page allocator off. What versions do
 * otherwise is data: {@link heapstakes.model.jemalloc.JemallocVersion}. After J. Evans, "A Scalable
 * Concurrent malloc(3) Implementation for FreeBSD" (2006).
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   thread:  Tcache      a CacheBin for every class up to 32 KiB    no lock
 *                ↓ ↑ half a bin
 *   arena:   Bin         slabs of one small class                   a lock for every class
 *                ↓ ↑ one slab, or one large block
 *            PageAllocator
 *              ExtentCache  dirty → muzzy → reserved                 a lock for each
 *                ↓ ↑ 2 MiB and growing
 *   kernel:  mmap; madvise gives pages back
 *
 *   mapping: | slab | large block, pad | free | slab | free …
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Class: a size of blocks, {@link heapstakes.model.jemalloc.SizeClasses}. Extent: a run of pages,
 * {@link heapstakes.model.jemalloc.Extent}. Slab: an extent cut into equal blocks. Dirty: free, as
 * the program left it. Muzzy: free, promised to the kernel by {@code MADV_FREE}, still resident
 * until it needs memory. Reserved: address space without pages, which the library's statistics call
 * retained. Base: where its own records come from. Serial: order in which mappings were made.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: pop from the thread's bin of the class; a block above 32 KiB is an extent of its
 *       own with a page more, within which it is displaced by chance; from 8 MiB on in the huge
 *       arena.
 *   <li>free: the map tells the class; push on the thread's bin.
 *   <li>Bin empty: fetch half of its capacity, less if less was needed, from the lowest places of
 *       the oldest slab.
 *   <li>Bin full: the older half goes back to the slabs it came from; an empty slab is freed.
 *   <li>Extents: the oldest dirty one that fits and is not too large, else muzzy, else reserved,
 *       else a part of a new mapping; the rest goes back as it is.
 *   <li>A free extent becomes dirty; a large one joins its neighbours. From 8 MiB on it is purged
 *       at once.
 *   <li>Work is counted down; about every 1000th piece looks at the decay of the arena worked on.
 *   <li>Decay: at each of 200 epochs of the decay time the pages that may stay are summed over when
 *       they became free, along a smooth step; the oldest extents above that go, whole and joined:
 *       by {@code MADV_FREE} to muzzy if that decays too, else by {@code MADV_DONTNEED}. Nobody
 *       looks while the program idles, unless threads of the library's own do.
 *   <li>realloc of a large block: in place if what follows is free, or if it shrinks; else a new
 *       one.
 *   <li>Every 64 KiB allocated, or freed, the next bin of the thread gives three quarters of what
 *       it did not need back. 5.3.1: at most every 10 ms, but several bins, and what lies far from
 *       the current slab first. 5.2.1: every 229th operation.
 * </ol>
 *
 * <h2>Why so many classes</h2>
 *
 * More than 25: an arena, its bins, its extents and a thread's cache need one another's fields on
 * the way of every block, and only a provider may be public in a model.
 *
 * <h2>Deviations</h2>
 *
 * Records of the library live in Java objects; their pages are touched when it writes to them
 * first. What it does not notice and that corrupts it (a block freed twice) is an error here where
 * it is found. An extent whose cut finds no memory for its record stays in its cache instead of
 * being abandoned. No thread moves from one processor to another. The stacks of background threads,
 * profiling, the huge-page allocator and mallocx are left out.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: many threads and sizes; fragmentation is low since the oldest, lowest places are filled
 * first. Worst: a program that frees its memory and goes idle: nothing is given back until somebody
 * allocates again; and slabs with one live block each.
 */
@NullMarked
package heapstakes.model.jemalloc;

import org.jspecify.annotations.NullMarked;
