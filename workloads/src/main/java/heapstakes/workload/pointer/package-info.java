/** How blocks that a recording names by address become slots of a trace. */
@NullMarked
package heapstakes.workload.pointer;

import org.jspecify.annotations.NullMarked;
