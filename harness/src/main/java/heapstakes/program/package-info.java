/**
 * Programs themselves under real malloc libraries. A small watcher, compiled on first use, starts
 * the command as users would deploy the library, traces its processes and reads their memory where
 * they end; nothing of it is inside of them. What it costs is a stop at each fork, exec and end of
 * a process, of which the last, some 26 ms a GiB of resident memory, is taken off the wall clock
 * for the first process.
 *
 * <p>Entry point: {@link heapstakes.program.ProgramTurns}.
 */
@NullMarked
package heapstakes.program;

import org.jspecify.annotations.NullMarked;
