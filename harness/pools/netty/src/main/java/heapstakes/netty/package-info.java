/**
 * Netty's pools of direct buffers as contestants, {@code netty-pooled} and {@code netty-adaptive},
 * in a JVM of their own (ADR 22).
 *
 * <pre>
 *   NettyHeap    a block is a ByteBuf, found again by its address
 *      │
 *      ├──▶ ByteBufAllocator, as it comes
 *      │        │ takes and gives back chunks
 *   ChunkHooks ─┘ sees them come and go ──▶ ChunkBook ──▶ ResidentPages (/proc/self/pagemap)
 *                                              │
 *                                           ChunkSpace: its figures as those of an address space
 * </pre>
 *
 * <p>What is reached by reflection, as Netty shows it to nobody, is in the implementations of
 * {@code ChunkHooks} alone: the version is pinned.
 */
@NullMarked
package heapstakes.netty;

import org.jspecify.annotations.NullMarked;
