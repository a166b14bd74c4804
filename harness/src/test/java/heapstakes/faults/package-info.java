/** Runs that are disturbed at random times; what is started is {@code .ci/faults}. */
@NullMarked
package heapstakes.faults;

import org.jspecify.annotations.NullMarked;
