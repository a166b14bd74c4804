/** The text form, {@code .hst}: a line an event. */
@NullMarked
package heapstakes.trace.text;

import org.jspecify.annotations.NullMarked;
