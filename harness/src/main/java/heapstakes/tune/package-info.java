/**
 * The search for an allocator's best settings. An allocator says which values are worth trying;
 * what a set of settings is worth comes from a replay.
 */
@NullMarked
package heapstakes.tune;

import org.jspecify.annotations.NullMarked;
