/**
 * The binary buddy system: a bound that makes other figures readable.
 *
 * <h2>Lineage</h2>
 *
 * K. C. Knowlton, A fast storage allocator (CACM 8, 1965); D. E. Knuth, The Art of Computer
 * Programming, volume 1, section 2.5, algorithms R and S.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   zone of 2^22 bytes, at a multiple of its size
 *   | order, used | back | block … | order | next | prev | free … |  order 21, free …  |
 *   └────────── order 20 ──────────┘└──────── its buddy ─────────┘
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Order: log2 of a block's bytes, header included. Buddy: the block whose address differs in the
 * bit of the order only. Zone: the largest block that is split.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: round up to a power of two, take the smallest free order that is large enough,
 *       halve it down; no free block: map a zone. What is larger than a zone is mapped alone, as a
 *       power of two.
 *   <li>free: join with the buddy as long as that is free and whole. A zone that is wholly free is
 *       unmapped at once, unless {@code release=false}.
 *   <li>memalign: a block with room; the word before what is handed out leads back to its header.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * Knuth has one zone, all of the memory, and nobody to give it back to. His tag bit and order are
 * one word here, a second keeps blocks aligned: a request of exactly a power of two takes twice as
 * much.
 *
 * <h2>Best and worst case</h2>
 *
 * Best: sizes just below powers of two; joining takes a step an order. Worst: sizes just above,
 * half of each block is waste; one live block keeps its zone.
 */
@NullMarked
package heapstakes.model.buddy;

import org.jspecify.annotations.NullMarked;
