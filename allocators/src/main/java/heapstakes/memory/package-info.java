/**
 * Bytes at 64-bit addresses: the loads and stores of an allocator model. Nothing here knows about
 * system calls; {@link heapstakes.memory.PageFaultHandler} is the only way back to the kernel.
 */
@NullMarked
package heapstakes.memory;

import org.jspecify.annotations.NullMarked;
