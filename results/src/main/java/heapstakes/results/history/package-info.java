/** Figures of many runs, commit by commit: a file that grows by lines. */
@NullMarked
package heapstakes.results.history;

import org.jspecify.annotations.NullMarked;
