/** What a run ran on: machine, kernel, JDK, libraries, settings of the kernel that matter. */
@NullMarked
package heapstakes.results.environment;

import org.jspecify.annotations.NullMarked;
