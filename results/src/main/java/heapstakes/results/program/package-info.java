/**
 * What programs themselves took under real malloc libraries, run after run in turns, beside what
 * replays of their recording had foretold: {@link heapstakes.results.program.ProgramContest}.
 */
@NullMarked
package heapstakes.results.program;

import org.jspecify.annotations.NullMarked;
