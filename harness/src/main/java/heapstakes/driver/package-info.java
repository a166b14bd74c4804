/**
 * Real malloc libraries in a process of their own: a small C driver, compiled on first use, replays
 * a trace that is streamed to it and reports exact figures of the library's memory, never mixed
 * with a JVM's.
 *
 * <h2>What counts as the library's memory</h2>
 *
 * <p>Everything the library obtained from the kernel since the process began, found by catching its
 * memory system calls (seccomp, so that calls from inside the C library are seen too): what it took
 * before {@code main} is in it, as it is in the models'. {@link DriverReport#baseline} says how
 * much that was. The driver's own buffers, stacks and the C library's bookkeeping for threads are
 * not in it.
 *
 * <h2>How exact</h2>
 *
 * <p>Resident memory can only fall by a system call that is caught, so it is looked at just before
 * each of those, at sample points, at the end, and after operations whose touch met a new page:
 * peaks are exact. It is the kernel's count for the process minus a constant, since everything else
 * in the process is brought in beforehand; at marks and at the end the page table is read as well,
 * and {@link DriverReport#driftPages} is the largest difference.
 *
 * <h2>Forks</h2>
 *
 * <p>A trace that forks is replayed by real processes, children of a supervisor (family.c): one
 * thread of one of them has the turn. Resident memory is that of all of them, a page that several
 * share being one frame: it changes by what the process at work alone has (bit 56 of the page
 * table), counted before anything can fall, at sample points, and whenever faults may have added a
 * 64th. Page faults are not told, as a fork brings its own.
 *
 * <h2>Threads of the library's own</h2>
 *
 * <p>They live in the trace's time: a wait on a condition ends when its time comes, and they run
 * while the program is between two operations, so that what they give back is the same in each run.
 * Their stacks are the driver's.
 *
 * <p>More than 25 types: the two ends of one protocol, which know each other and nobody else does.
 *
 * <p>Entry point: {@link heapstakes.driver.NativeProcess}.
 */
@NullMarked
package heapstakes.driver;

import org.jspecify.annotations.NullMarked;
