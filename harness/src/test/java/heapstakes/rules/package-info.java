/** Rules that hold for the code of all modules. */
@NullMarked
package heapstakes.rules;

import org.jspecify.annotations.NullMarked;
