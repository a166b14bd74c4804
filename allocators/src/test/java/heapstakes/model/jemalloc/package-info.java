/** Tests of the jemalloc twin against tables recorded from the real library. */
@NullMarked
package heapstakes.model.jemalloc;

import org.jspecify.annotations.NullMarked;
