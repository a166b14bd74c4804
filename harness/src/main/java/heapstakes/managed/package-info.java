/**
 * Pools of Java's own, each metered in a JVM that is started for it: {@link
 * heapstakes.managed.PoolProcess} here, {@link heapstakes.managed.PoolReplay} there, a file with
 * the trace on the way to it and one with the footprint on the way back. What a pool is says {@link
 * heapstakes.allocator.JavaPool}; which there are, jars on the class path (ADR 22).
 */
@NullMarked
package heapstakes.managed;

import org.jspecify.annotations.NullMarked;
