/**
 * Files of traces as bytes: decompressed, mapped, read ahead, cached, and published only when
 * whole.
 */
@NullMarked
package heapstakes.trace.io;

import org.jspecify.annotations.NullMarked;
