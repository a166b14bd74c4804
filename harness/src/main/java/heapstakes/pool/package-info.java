/**
 * Many replays at a time: on all cores, within a budget of memory, of traces that are decoded once.
 * Results come in the order of the works, whichever ends first, so that not a byte of what is made
 * of them depends on the number of cores. Nothing that is timed belongs here.
 */
@NullMarked
package heapstakes.pool;

import org.jspecify.annotations.NullMarked;
