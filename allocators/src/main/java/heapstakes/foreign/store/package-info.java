/**
 * Real libraries in other versions than this machine's, as the user has added them: shared objects
 * out of packages, in a folder of our own, and how a program is started with one of them.
 *
 * <h2>What is kept</h2>
 *
 * <p>{@code NAME@VERSION/} for each library: its shared objects, each named by its soname, those
 * that it needs and that came in the same command, and {@code library.properties}. Nothing else of
 * a package is unpacked, and no name in it decides where anything is written.
 *
 * <h2>What starts it</h2>
 *
 * <p>Where this machine's libraries have every version of every symbol that it needs, this
 * machine's loader does, and a JVM can open it. Else a loader of a C library that was added and has
 * them; {@link heapstakes.foreign.store.Linkage} finds it by the versions that ELF files state.
 */
@NullMarked
package heapstakes.foreign.store;

import org.jspecify.annotations.NullMarked;
