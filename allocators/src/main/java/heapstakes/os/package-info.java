/**
 * The kernel boundary: what an allocator asks of a kernel, real or simulated, behind {@link
 * heapstakes.os.AddressSpace}. Failures are data, as from the raw system calls: a negative errno.
 *
 * <pre>
 *             allocators, replay, meters
 *                        │
 *   os                   ▼
 *    Machine ──▶ AddressSpaceProvider ──▶ AddressSpace ──▶ VmStatistics (CallKind, ReturnKind)
 *                        ▲                 │       │
 *            ┌───────────┴──────────┐    Memory  VirtualClock
 *            │                      │
 *   os.simulated                 os.host
 *    pages, frames, costs         the same pages by real system calls
 *            │        │             │
 *            │        └──▶ os.nt    │    reserve and commit in place of mappings
 *            └──────────┬───────────┘
 *                       ▼
 *   os.linux     the book of mappings: rules, errors, addresses (VirtualMemory, VmaSet)
 * </pre>
 *
 * <p>Imports go down this picture only; what is in a package below {@code os} and no provider is of
 * no concern to those above.
 *
 * <p><b>A kernel with other calls</b> is a package below this one with an {@link
 * heapstakes.os.AddressSpaceProvider} in {@code META-INF/services}, which maps {@code sbrk}, {@code
 * mmap} … to what it has, or says that it does not {@linkplain heapstakes.os.AddressSpace#maps map}
 * and has {@link heapstakes.os.CommitCalls}, as {@code os.nt} does, and two enums: its calls
 * ({@link heapstakes.os.CallKind}, e.g. {@code commit}) and its ways of giving memory back ({@link
 * heapstakes.os.ReturnKind}, e.g. {@code decommit}). It counts them in {@link
 * heapstakes.os.KindCounts} and hands them out by {@link heapstakes.os.VmStatistics#calls} and
 * {@link heapstakes.os.VmStatistics#returnedBytes}. Nothing else is edited: the columns {@code
 * commit_calls} and {@code returned_decommit_bytes}, the tables and the page follow from the names.
 */
@NullMarked
package heapstakes.os;

import org.jspecify.annotations.NullMarked;
