/**
 * The regression gate: two runs side by side, what is counted exactly, what is timed by a test of
 * ranks over forks (ADR 0011). Start with {@link heapstakes.results.gate.Comparison}.
 */
@NullMarked
package heapstakes.results.gate;

import org.jspecify.annotations.NullMarked;
