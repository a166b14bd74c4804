/** Traces recorded from real programs, and readers of the formats that other recorders write. */
@NullMarked
package heapstakes.workload.recorded;

import org.jspecify.annotations.NullMarked;
