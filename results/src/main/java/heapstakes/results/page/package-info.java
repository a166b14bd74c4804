/** Runs for a browser: one as a page that has everything in it, several as a static site. */
@NullMarked
package heapstakes.results.page;

import org.jspecify.annotations.NullMarked;
