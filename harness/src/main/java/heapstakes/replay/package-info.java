/**
 * How a trace is carried out on an allocator: the one timed loop, what it works on, and the plan
 * for threads that run at the same time.
 *
 * <p>What each event does is the same in every loop of this project, timed or metered:
 *
 * <ul>
 *   <li>A request that is answered with 0 leaves its slot at 0; a refused realloc leaves the old
 *       block in its slot. Either is counted as refused, and ends the replay where the trace says
 *       so.
 *   <li>Realloc of a slot that holds 0 passes 0 on: malloc. Realloc to size 0 does what the
 *       allocator does, and the slot holds what it answered.
 *   <li>Free of a slot that holds 0 passes 0 on: free(NULL), as the program would.
 *   <li>A store to or a load from a slot that holds 0 does nothing: the program would have died.
 *   <li>A new block is touched by the policy from its first byte on, a resized one as a whole.
 *   <li>An operation happens at the virtual time that the operations before it have taken.
 * </ul>
 */
@NullMarked
package heapstakes.replay;

import org.jspecify.annotations.NullMarked;
