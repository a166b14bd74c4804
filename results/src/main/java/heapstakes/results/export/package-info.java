/** A run directory in the formats of other tools. Start with {@link Export}. */
@NullMarked
package heapstakes.results.export;

import org.jspecify.annotations.NullMarked;
