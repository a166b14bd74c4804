/** A run as one page for a browser: everything it needs is in the file. */
@NullMarked
package heapstakes.results.page;

import org.jspecify.annotations.NullMarked;
