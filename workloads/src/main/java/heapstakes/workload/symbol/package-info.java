/** Addresses in a program's code made names of functions. */
@NullMarked
package heapstakes.workload.symbol;

import org.jspecify.annotations.NullMarked;
