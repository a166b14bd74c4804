/**
 * The floor of every comparison: moves the program break, never reuses.
 *
 * <h2>Lineage</h2>
 *
 * None: the textbook's first allocator, on sbrk(2).
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   initial break                              next            break
 *   | size | block … | size | block …          |  not yet used  |
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Block: a header word with the usable size, then the bytes. Next: where the coming header goes.
 * Step: by how much the break moves when it must.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: cut the block from next; if it would pass the break, move the break by whole steps.
 *   <li>free: nothing.
 *   <li>realloc: the same block if it is large enough, else a new one and a copy.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * None: this is the original.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: a program that never frees. Worst: any that does and runs on; memory held grows with the
 * sum of all requests.
 */
@NullMarked
package heapstakes.model.bump;

import org.jspecify.annotations.NullMarked;
