/** Traces that were recorded from real programs and ship with this one. */
@NullMarked
package heapstakes.workload.recorded;

import org.jspecify.annotations.NullMarked;
