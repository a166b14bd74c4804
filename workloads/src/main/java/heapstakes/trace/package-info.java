/**
 * What a program asks of malloc, in order, free of addresses: the trace language, its text and
 * binary forms, and what holds of a valid trace.
 *
 * <p>{@link heapstakes.trace.Traces} opens and converts; {@link heapstakes.trace.TraceFormat} is
 * what a further format implements. The binary form is drawn in {@code HsbHeader} and {@code
 * BlockLayout}; docs/adr/0004-trace-format.md says why it is so.
 */
@NullMarked
package heapstakes.trace;

import org.jspecify.annotations.NullMarked;
