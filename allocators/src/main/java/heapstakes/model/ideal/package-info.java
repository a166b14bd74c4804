/**
 * The bound: as many pages as the live bytes need if they were packed without a gap, at every
 * moment. No allocator can hold less, and none can be this one.
 *
 * <h2>Lineage</h2>
 *
 * None: live bytes, rounded up to pages, as fragmentation is usually measured against.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   the process that is measured        a process that nobody looks at
 *   | page | page | page |  break       | size, start | block … | size, start | block … |
 *   └── ⌈live bytes ÷ 4096⌉ ──┘         └──── a heap of ptmalloc2 on simulated memory ────┘
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * Live bytes: the sum of the sizes that live blocks were asked for; headers, rounding and alignment
 * cost nothing. Held: pages on the break of the measured process.
 *
 * <h2>Algorithm</h2>
 *
 * <ol>
 *   <li>malloc: the block is placed elsewhere; the break of the measured process moves up to the
 *       live bytes, rounded up to a page, and the new pages are touched.
 *   <li>free: the break moves down the same way, at once.
 *   <li>realloc: a block of the new size, a copy, a free; both are live meanwhile.
 * </ol>
 *
 * <h2>Deviations</h2>
 *
 * It is no allocator: blocks and their bytes are not in the memory that is measured. Every byte
 * asked for counts as used, so that a program which does not touch its blocks can stay below.
 * System calls and cost are of no meaning: a call for each page that comes or goes.
 *
 * <h2>Best and worst case</h2>
 *
 * The same: it has neither.
 */
@NullMarked
package heapstakes.model.ideal;

import org.jspecify.annotations.NullMarked;
