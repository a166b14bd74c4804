/** Named workloads: questions that people ask, as traces with parameters. */
@NullMarked
package heapstakes.workload;

import org.jspecify.annotations.NullMarked;
