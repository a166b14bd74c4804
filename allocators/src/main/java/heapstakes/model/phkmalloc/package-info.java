/**
 * The malloc of FreeBSD 2.2 to 6, by Poul-Henning Kamp: what is known of pages is kept beside them,
 * and option H is the earliest lazy free.
 *
 * <h2>Lineage</h2>
 *
 * FreeBSD src/lib/libc/stdlib/malloc.c 1.89 (2004); P.-H. Kamp, Malloc(3) revisited, USENIX 1998.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   directory, mapped   heads of lists | page | page | first | following | page of chunks ─┐
 *   break                              | run …       | run …             | info | 16 | 16 |…
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Run: pages that were asked for together, or are free side by side. Chunk: a power of two from 16
 * bytes to half a page; a page has chunks of one size. Info: their bits, counts and links, in the
 * page itself where chunks are small, else a chunk of its own. Cache: free pages that stay at the
 * top.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc up to half a page: the lowest free chunk of the first page in the list of its size;
 *       a new page goes to the front, one that was full and gets a chunk back is sorted in by
 *       address.
 *   <li>Above: the first free run by address that is large enough, cut from its low end; else the
 *       break moves up by exactly so much.
 *   <li>free: set the bit; a page whose chunks are all free becomes a run. A run is joined with
 *       both neighbours. Is it the last, behind it nothing but the break, and longer than the
 *       cache, the break is lowered so that the cache stays.
 *   <li>realloc stays where it is while the number of pages is the same, or the chunk's size is.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Made from a description and not compared with the library. malloc(0) gives a smallest chunk each
 * time, not one address for all. memalign is added. Where there is no memory for the node of a run,
 * which the library takes as impossible, the run is lost and counted. Of the options {@code <},
 * {@code >} and H are there.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: many blocks of few sizes; free pages are never touched. Worst: sizes just above powers of
 * two waste half; one live block at the top keeps all free pages below it, unless H lets the kernel
 * take them.
 */
@NullMarked
package heapstakes.model.phkmalloc;

import org.jspecify.annotations.NullMarked;
