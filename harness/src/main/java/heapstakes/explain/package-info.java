/**
 * What keeps memory from the kernel: a replay is stopped at a moment, the heap is walked, every
 * resident page is accounted for, and what is claimed is tried on a replay of its own.
 */
@NullMarked
package heapstakes.explain;

import org.jspecify.annotations.NullMarked;
