/**
 * First, next, best and worst fit, as textbooks have them: bounds that make other figures readable.
 *
 * <h2>Lineage</h2>
 *
 * D. E. Knuth, The Art of Computer Programming, volume 1, section 2.5: algorithms A (first fit), A'
 * (with a rover) and C (liberation with boundary tags).
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *        first                                                       end     break
 *   |used| tag | block … | tag | tag | next | prev | free … | tag |…| used |  |
 *          └──── one block ────┘ └───────── one free block ───────┘
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Tag: a word with a block's size, tags included, and whether it is used, at both its ends. Rover:
 * where next fit goes on. Gap: what the program itself got of the break, kept as a used block.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: search the one free list by the fit; cut from the low end, the rest stays where it
 *       is in the list; a rest below 32 bytes is not cut off. Nothing fits: move the break by whole
 *       steps, join what is new with a free block at the top, search again.
 *   <li>free: join with both neighbours at once; put the whole at the front of the list, or where
 *       its address says.
 *   <li>Memory goes back only with {@code trim_threshold}: as soon as so much is free at the top,
 *       the break is lowered to the first page boundary in it. A textbook has no such rule.
 *   <li>memalign: a block with room, whose front and tail are freed. realloc: shrinks where it is.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Knuth cuts from the high end: then the first block of a step pins the top. The search is a walk
 * through the whole list, as printed: with many free blocks it is slow, and that is the point.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: few sizes, freed in the order of their allocation. Worst: many free blocks of a size that
 * nobody wants, which every search passes; one live block at the top keeps everything below it.
 */
@NullMarked
package heapstakes.model.textbook;

import org.jspecify.annotations.NullMarked;
