/** The commands of the launcher {@code heapstakes}. */
@NullMarked
package heapstakes.cli;

import org.jspecify.annotations.NullMarked;
