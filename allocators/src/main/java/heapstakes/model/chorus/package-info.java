/**
 * The default malloc of ChorusOS 4.0: nobody runs it today, but no other contestant puts a free off
 * to the next call.
 *
 * <h2>Lineage</h2>
 *
 * ChorusOS 4.0, Sun 1999: malloc(3STDC) and the Application Developer's Guide, section 3.2, which
 * says that it comes of the libc of Solaris.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   region, got from the kernel                                                    its end
 *   | links, length | size | link | block … | size | next | prev | free … | size | used |
 *                   └──── used or waiting ──┘└────────── free chunk ─────────────┘
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Chunk: a header of two words and the block. Waiting: freed, and not yet looked at; its bytes are
 * as the program left them. Region: pages got at once; it goes back when all of its chunks are
 * free.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>free: link the chunk to those that wait; nothing else.
 *   <li>malloc, calloc, memalign, realloc and trim: first join every waiting chunk with its
 *       neighbours; a region that is wholly free is unmapped at once, the last one too.
 *   <li>Then best fit, the rest is split off; nothing fits: a new region, as large as it must be.
 * </ol>
 *
 * So after a burst in which all is freed, everything is still held until the next call, however
 * long that takes, and everything goes at that call.
 *
 * <h2>Deviations</h2>
 *
 * The documents do not say how chunks are found: lists by size stand for the tree of Solaris. Small
 * blocks are not carved in batches. The size of regions is assumed: 64 KiB. libomalloc, the
 * next-fit library beside it, is not here: {@code textbook:fit=next} is its like.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: phases whose blocks die together, with a call behind them. Worst: a burst and then silence;
 * one live block keeps its region.
 */
@NullMarked
package heapstakes.model.chorus;

import org.jspecify.annotations.NullMarked;
