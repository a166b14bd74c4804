/** A run directory: its files, its journal, and how a broken run is taken up again. */
@NullMarked
package heapstakes.results.run;

import org.jspecify.annotations.NullMarked;
