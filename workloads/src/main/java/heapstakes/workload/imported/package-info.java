/** Readers of the traces that other tools write. */
@NullMarked
package heapstakes.workload.imported;

import org.jspecify.annotations.NullMarked;
