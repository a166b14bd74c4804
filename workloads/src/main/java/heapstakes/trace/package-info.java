/**
 * What a program asks of malloc, in order, free of addresses: the trace language and what holds of
 * a valid trace. The packages below each import only those further down:
 *
 * <pre>
 *   edit                shorter and cut traces
 *   file                opens, converts, caches: {@link heapstakes.trace.file.Traces}
 *   text                the text form
 *   format    profile   what a further format implements · sizes, lifetimes, live memory
 *   binary              the binary form, drawn in {@code HsbHeader} and {@code BlockLayout}
 *   io                  compressed, mapped and unfinished files
 *   trace               {@link heapstakes.trace.Op}, {@link heapstakes.trace.Trace}, the validator
 * </pre>
 *
 * docs/adr/0004-trace-format.md says why the binary form is as it is.
 */
@NullMarked
package heapstakes.trace;

import org.jspecify.annotations.NullMarked;
