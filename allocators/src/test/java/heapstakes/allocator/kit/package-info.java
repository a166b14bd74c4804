/** What the tests of every model share: programs, oracles, faults, and a reader of bytecode. */
@NullMarked
package heapstakes.allocator.kit;

import org.jspecify.annotations.NullMarked;
