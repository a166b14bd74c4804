/**
 * A cell of a run as a value: who replays what, and where, in words; carried out, the part of a
 * run's results that it fills. The way in for programs that embed the engine.
 */
@NullMarked
package heapstakes.cell;

import org.jspecify.annotations.NullMarked;
