/**
 * Workloads that are computed: questions about freed memory, and mixes of sizes and lifetimes. The
 * same parameters give the same events on every machine.
 */
@NullMarked
package heapstakes.workload.synthetic;

import org.jspecify.annotations.NullMarked;
