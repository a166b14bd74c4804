/** What computed workloads are told with: scripts of parts, seeded numbers, mixes of sizes. */
@NullMarked
package heapstakes.workload.script;

import org.jspecify.annotations.NullMarked;
