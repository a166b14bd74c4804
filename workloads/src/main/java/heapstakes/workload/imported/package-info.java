/** Readers of the traces that other tools, and our own recorder, write. */
@NullMarked
package heapstakes.workload.imported;

import org.jspecify.annotations.NullMarked;
