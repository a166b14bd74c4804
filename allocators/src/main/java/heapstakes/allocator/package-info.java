/**
 * What an allocator is to this project, and the words for its memory.
 *
 * <h2>Vocabulary</h2>
 *
 * <dl>
 *   <dt>requested
 *   <dd>sum of the sizes asked for by blocks that are live, in bytes
 *   <dt>allocated
 *   <dd>what the allocator handed out for them (usable sizes), in bytes
 *   <dt>mapped
 *   <dd>address space obtained from the kernel and still mapped, in bytes
 *   <dt>resident
 *   <dd>mapped pages that hold a frame, × 4096; MADV_FREE'd pages count until reclaimed
 *   <dt>lazy-free
 *   <dd>the part of resident that was MADV_FREE'd and not written since
 *   <dt>retained
 *   <dd>resident − requested at a sample point when work is done: memory held for nobody
 *   <dt>returned
 *   <dd>cumulative bytes of resident pages given up, by {@link heapstakes.os.ReturnedBy way}
 *   <dt>reserved
 *   <dd>address space kept without pages (what jemalloc's statistics call "retained")
 * </dl>
 */
@NullMarked
package heapstakes.allocator;

import org.jspecify.annotations.NullMarked;
