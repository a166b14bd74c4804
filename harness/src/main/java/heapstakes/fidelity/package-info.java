/**
 * The twins against the real libraries: the same trace on both, compared operation by operation.
 *
 * <h2>What is compared</h2>
 *
 * <p>The library runs in a process of its own ({@link heapstakes.driver}), the twin in this one on
 * simulated memory by the loop that meters footprints. Neither is stored: both sides hand on {@link
 * heapstakes.fidelity.Stretch stretches} of a few thousand operations, which are compared and
 * forgotten.
 *
 * <dl>
 *   <dt>addresses
 *   <dd>of every block handed out, as region and offset: {@code brk} from the initial break, {@code
 *       heap1} … from the arena heap's start, {@code mmap} within the page, and NULL. For mappings
 *       the distance between library and twin is followed besides: where the kernel placed all of
 *       them alike it stays the same over the whole trace. It is reported, and decides nothing: it
 *       is the kernel's doing
 *   <dt>break
 *   <dd>the program break behind every operation, from the initial one
 *   <dt>counters
 *   <dd>the allocator's own, under the library's names, at evenly spaced checkpoints, before the
 *       first operation and at the end; those that both sides have
 *   <dt>resident
 *   <dd>bytes at a thousand evenly spaced points, at phase marks and at the end, relative to the
 *       library's
 *   <dt>system calls
 *   <dd>how many of each kind, and the log of them in order: kind, operation, lengths, protection
 *       or advice, and where in the break's area. It is reported, and decides nothing
 * </dl>
 *
 * <h2>Where the two start</h2>
 *
 * <p>The driver runs without address randomisation. Before any library has run it moves the initial
 * break to where the canonical program has it, as far as the low 21 bits go, and fills the area of
 * mappings up to where it begins in that program, as far as the low 27 bits go: large alignments,
 * arena heaps and huge pages depend on absolute addresses. The twin's break is put exactly where
 * the driver's is, since tcmalloc's page map grows at every 2 GiB of address. Nothing of the
 * driver's own is ever allocated from the library. So both start with an untouched heap at an equal
 * place. What a library allocates for itself before {@code main} the twin does as well, and both
 * count it.
 *
 * <p>Threads of a trace are real threads on the library's side; they hand a baton, so that both
 * sides see one order. Their stacks and thread vectors are the driver's.
 */
@NullMarked
package heapstakes.fidelity;

import org.jspecify.annotations.NullMarked;
