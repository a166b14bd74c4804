/**
 * Records what a program allocates: a small preloaded library, compiled on first use, writes every
 * call of the malloc family to a file for each process and program image; {@link
 * heapstakes.workload.imported.RecorderFormat} reads them as traces.
 */
@NullMarked
package heapstakes.record;

import org.jspecify.annotations.NullMarked;
