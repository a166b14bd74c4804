/**
 * The kernel boundary: what Linux does for an allocator, real or simulated, behind {@link
 * heapstakes.os.AddressSpace}. Failures are data, as from the raw system calls: a negative errno.
 */
@NullMarked
package heapstakes.os;

import org.jspecify.annotations.NullMarked;
