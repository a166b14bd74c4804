/**
 * Real allocators, called through the foreign-function API in this very process: {@code
 * native-glibc}, {@code native-jemalloc}, {@code native-tcmalloc}, {@code native-mimalloc}, {@code
 * native-scudo}, {@code native-tbb} and any shared library by its path. They are what the models
 * are measured against and verified with.
 *
 * <h2>What is different from a model</h2>
 *
 * <ul>
 *   <li>A library lives once in a process and reads its settings when it is loaded: one JVM can run
 *       it with one choice of settings only.
 *   <li>Its memory is the process's own ({@code Memory.real(0)}), placed by the real kernel with
 *       its randomisation: addresses differ from run to run.
 *   <li>Its per-thread state hangs on the calling OS thread, whatever handle is used.
 *   <li>glibc also serves the JVM itself: its counters contain the JVM's share.
 * </ul>
 *
 * <p>More than 25 types, as a family of libraries is one, and calls what none but this package can:
 * the dynamic linker.
 *
 * <p>How the calls are made, and what they cost: ADR 0003.
 */
@NullMarked
package heapstakes.foreign;

import org.jspecify.annotations.NullMarked;
