/**
 * The options of real libraries, a table each: their names, ranges and defaults, what they mean,
 * and how a program is started with them. A library and its twin take the same ones.
 */
@NullMarked
package heapstakes.allocator.options;

import org.jspecify.annotations.NullMarked;
