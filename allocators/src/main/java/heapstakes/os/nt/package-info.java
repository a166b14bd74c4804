/**
 * A simulated kernel that reserves and commits, as Windows NT does: four calls ({@link
 * heapstakes.os.nt.NtCall}), two ways in which memory goes back ({@link
 * heapstakes.os.nt.NtReturn}), and a commit charge that is never more than memory and page file.
 *
 * <pre>
 *   CommitCalls ──▶ NtProcess: reservations, commit charge, counts
 *                      │
 *   AddressSpace       ▼
 *      pages, frames, faults, page file: of a simulated machine that refuses nothing
 * </pre>
 *
 * <p>Reservations begin at multiples of 64 KiB, the lowest that is free. Not modelled: costs,
 * working sets that are trimmed, and that a page is resident after it was only read.
 */
@NullMarked
package heapstakes.os.nt;

import org.jspecify.annotations.NullMarked;
