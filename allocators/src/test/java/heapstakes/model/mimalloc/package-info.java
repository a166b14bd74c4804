/** Tests of the mimalloc twin against what the real library did. */
@NullMarked
package heapstakes.model.mimalloc;

import org.jspecify.annotations.NullMarked;
