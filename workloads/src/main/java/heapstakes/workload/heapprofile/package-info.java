/** What heap profilers write, and the size profile that can be had of it. */
@NullMarked
package heapstakes.workload.heapprofile;

import org.jspecify.annotations.NullMarked;
