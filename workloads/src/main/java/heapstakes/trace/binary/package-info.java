/**
 * The binary form, {@code .hsb}: some byte an operation, mapped and streamed;
 * docs/adr/0004-trace-format.md.
 */
@NullMarked
package heapstakes.trace.binary;

import org.jspecify.annotations.NullMarked;
