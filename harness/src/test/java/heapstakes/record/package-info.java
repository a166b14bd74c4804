/** Tests of the recorder. */
@NullMarked
package heapstakes.record;

import org.jspecify.annotations.NullMarked;
