/** What came out of a run, as values and as files; readable without running anything. */
@NullMarked
package heapstakes.results;

import org.jspecify.annotations.NullMarked;
