/**
 * What a format that is read implements, {@link heapstakes.trace.format.TraceFormat}, and the sink
 * that it fills.
 */
@NullMarked
package heapstakes.trace.format;

import org.jspecify.annotations.NullMarked;
