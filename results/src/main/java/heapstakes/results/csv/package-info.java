/** The CSV files of a run directory: RFC 4180 with LF, a unit in every column name, no locale. */
@NullMarked
package heapstakes.results.csv;

import org.jspecify.annotations.NullMarked;
