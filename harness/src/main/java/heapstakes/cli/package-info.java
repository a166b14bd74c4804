/**
 * The commands of the launcher {@code heapstakes}: what was typed, and what is said of it. They
 * hand work to the packages below and measure nothing.
 *
 * <p>More than 25 types: picocli wants a type a command, and they share what they say.
 */
@NullMarked
package heapstakes.cli;

import org.jspecify.annotations.NullMarked;
