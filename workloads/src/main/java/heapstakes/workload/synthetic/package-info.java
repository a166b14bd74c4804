/**
 * Workloads that are computed: classics of the literature, and mixes of sizes and lifetimes. The
 * same parameters give the same events on every machine.
 */
@NullMarked
package heapstakes.workload.synthetic;

import org.jspecify.annotations.NullMarked;
