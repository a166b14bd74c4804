/** Tests of the tcmalloc twin against tables recorded from the real library. */
@NullMarked
package heapstakes.model.tcmalloc;

import org.jspecify.annotations.NullMarked;
