/**
 * What a program asks of malloc, in order, free of addresses: the trace language, its text and
 * binary forms, and what holds of a valid trace.
 */
@NullMarked
package heapstakes.trace;

import org.jspecify.annotations.NullMarked;
