/**
 * Vam, the allocator that gives up each page as soon as it is empty: the paper that stands behind
 * "aggressively giving up free pages to the virtual memory manager".
 *
 * <h2>Lineage</h2>
 *
 * Y. Feng, E. D. Berger, A locality-improving dynamic memory allocator, MSP 2005.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   area of 16 MiB without headers         area of 16 MiB with headers
 *   | a word a page | page | page |        | a word a page | 4 pages | 20 pages |
 *                   small: one size        medium: one size ─┘          └─ large: joined at once
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Reap: a block of one size that is used up from its low end first, and only then gives out what
 * was freed, last freed first. Area: 16 MiB whose objects all have headers, or none; a byte an area
 * says which. Discard: drop what a page holds and keep its address.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>Below 128 bytes: a reap of one page; 128 to 496: of four pages; the first with room serves,
 *       and a full one that gets an object back becomes the first.
 *   <li>To 32 KiB: regions of 20 pages for all sizes, a free list a size, the first list that is
 *       not empty from the size upwards; a rest of half a KiB is split off; both neighbours are
 *       joined.
 *   <li>Above: mmap, and munmap on free.
 *   <li>A page without an object is discarded at once: of reaps and regions that are empty, and of
 *       a freed large object the pages that hold no header or link.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Sizes are 16 bytes apart and headers 16 bytes, not 8, as x86-64 has to align; the byte table
 * covers 4 TiB, not 4 GiB. Blocks of pages are kept by kind and not joined with others. What
 * memalign gives for more than 16 bytes is mapped alone.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: little memory, objects of one size that die together; the recorded perl, which takes 17
 * MiB, takes 1.2 times its modelled time with 6 MiB and a swap, and 20 times with {@code
 * ptmalloc2}, whose frees read what lies in swap. Worst: a page that empties and fills again and
 * again: a system call and a fault each time.
 */
@NullMarked
package heapstakes.model.vam;

import org.jspecify.annotations.NullMarked;
