/** Results for people: aligned tables with units, for a terminal or a file. */
@NullMarked
package heapstakes.results.table;

import org.jspecify.annotations.NullMarked;
