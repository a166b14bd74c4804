/**
 * What a replay costs. Each meter is a run of its own: time per replay, time per operation, and
 * memory; nothing that meters one of them stands in the way of another.
 */
@NullMarked
package heapstakes.meter;

import org.jspecify.annotations.NullMarked;
