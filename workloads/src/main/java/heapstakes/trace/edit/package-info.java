/** Makes other traces of a trace: a stretch of it, or the least of it that still does something. */
@NullMarked
package heapstakes.trace.edit;

import org.jspecify.annotations.NullMarked;
