/**
 * The malloc of OpenBSD ("omalloc"): where blocks go and which of them is reused is left to chance,
 * what is known of them lies elsewhere, and what was freed goes back soon.
 *
 * <h2>Lineage</h2>
 *
 * OpenBSD lib/libc/stdlib/malloc.c 1.299 (June 2025) and malloc(3); Otto Moerbeek's after the
 * phkmalloc that stood there before.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   table, mapped   | page, size asked for | page + bucket, info | …
 *                       │                      │        └─▶ info: counts, a bit a free chunk
 *   regions             ▼                      ▼
 *     | whole pages … | no access (G) |    | chunk | chunk | … |   a page, one size
 *   cache, a pool   1 page: 64 · 9: 32 · 17: 16 · 25 to 32: 8 · to 512: 64 slots
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Region: whole pages that were mapped for one block or for chunks. Chunk: at most half a page;
 * sizes are in buckets. Delayed: freed by the program, not yet by the allocator. Pool: all of this,
 * for some of the threads. Junk: what freed memory is overwritten with.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc up to half a page: one of four lists of pages with room, by chance; on its first
 *       page the first free chunk from a place that chance picks on. The list is empty: a new page.
 *   <li>Above: a region of exactly as many pages, from the cache or by mmap; of less than a page,
 *       the block lies at its end. A single page, and none cached: 64 are mapped at once.
 *   <li>free of a chunk: it takes the place of one of 16 that are delayed, by chance, and that one
 *       is freed. A page without a chunk in use goes the way of regions.
 *   <li>free of a region: into the cache, where it stays resident; a full array gives up one of its
 *       own, by chance, to munmap. Above 512 pages: munmap at once.
 *   <li>realloc: same bucket, or same place in the page: stays. More pages: they are mapped behind
 *       it where nothing is. Fewer: the tail is freed.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Made from a description, and all chance: figures are comparable over many seeds. malloc(0) gives
 * a smallest chunk, which may be touched. The books of a pool itself, its guard pages, canaries (C)
 * and the check that junk is unharmed are not there. Single pages hold infos, not a part of 512
 * that are reserved. A block of less than a page that is resized moves to another. Where a refused
 * munmap would end the program, the region is lost and counted. No conceal. A forked child has the
 * same luck as its parent, until either does what the other does not; in the library only for the
 * bytes of chance that a pool has at hand.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: programs that must not be exploited, and whose large blocks come and go in a few sizes.
 * Worst: many sizes above 32 pages, a system call each; and very many mappings, of which Linux
 * allows 65530.
 */
@NullMarked
package heapstakes.model.openbsd;

import org.jspecify.annotations.NullMarked;
