/**
 * The twin of glibc's malloc: every block at the address, every counter at the value and every
 * system call at the operation where the real one has it.
 *
 * <h2>Lineage</h2>
 *
 * glibc on x86-64 Linux: 2.36 (Debian 2.36-9) where no version is named, and the versions of {@code
 * GlibcVersion}. From Doug Lea's malloc 2.7 ("A Memory Allocator", 1996) by way of Wolfram Gloger's
 * ptmalloc2 (2001); per-thread caches by DJ Delorie (glibc 2.26). Constants are glibc's, of
 * malloc/malloc.c unless another file is named, and stand in §1 of the specification; each says its
 * own name there.
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *  main arena, on the program break:
 *  | tcache | chunk | free | chunk | chunk | …                 | top        | break
 *
 *  a thread's arena, in heaps of 64 MiB address space:
 *  | heap_info | malloc_state | tcache | chunk | …  | top      | not accessible |
 *
 *  a large block, a mapping of its own:
 *  | header | block                           | rest of the page |
 * </pre>
 *
 * <h2>Vocabulary</h2>
 *
 * <ul>
 *   <li>chunk: a block with its boundary tags, {@code Chunk}; mem: its user address
 *   <li>bin: a list of free chunks, {@code Bins}, {@code Fastbins}
 *   <li>tcache: what a thread keeps, {@code TcachePerThread}; malloc as it calls it, {@code
 *       Ptmalloc2Thread}
 *   <li>arena: an independent heap, {@code MallocState}; all of them, {@code Arenas}
 *   <li>heap: a stretch of memory of a thread's arena, {@code Heaps}
 *   <li>top: the chunk at the end of an arena's memory, from which it grows
 *   <li>version: what one of glibc's does otherwise, {@code GlibcVersion} and the rules it names
 *   <li>sysmalloc, systrim: memory from and to the kernel, {@code SystemMemory}
 *   <li>{@code mp_}: what is one for the process, {@code Parameters}; as set, {@code
 *       Ptmalloc2Settings}
 * </ul>
 *
 * <p>More than 25 types: a model is one package, so that nobody outside can reach into its heap.
 *
 * <h2>Algorithm</h2>
 *
 * malloc: the tcache's bin of that size, else under the arena's lock:
 *
 * <ol>
 *   <li>a fastbin of the very size; the rest of that bin moves to the tcache
 *   <li>a small bin of the very size, likewise
 *   <li>for a large request, fastbins are consolidated into unsorted
 *   <li>unsorted chunks are sorted into their bins, oldest first; those of the very size go to the
 *       tcache; the last remainder is split if it is the only one
 *   <li>if one of the very size was met, it is the answer
 *   <li>for a large request, the best fit of its own bin
 *   <li>the smallest fit of the next bin that holds any; what remains goes to unsorted
 *   <li>top, from its low end
 *   <li>if fastbins hold anything: consolidate, and once more from 4
 *   <li>the kernel: a mapping from the mmap threshold on, else the break or a heap grows
 * </ol>
 *
 * free: a mapping goes back at once and raises the mmap threshold; else
 *
 * <ol>
 *   <li>the tcache, while its bin has room
 *   <li>a fastbin, for a small chunk
 *   <li>else merge with free neighbours, into unsorted or top
 *   <li>if 64 KiB or more came together: consolidate, and trim top if it reaches the threshold
 * </ol>
 *
 * Versions differ in the steps, not in their order. Since 2.41 a small chunk that was freed goes to
 * its own bin, not to unsorted, and calloc takes from the tcache. Since 2.43 there are no fastbins
 * and nothing to consolidate, and a thread has a tcache from its first free on. Since 2.44 a chunk
 * of the very size that is met in unsorted is the answer at once.
 *
 * <h2>Deviations</h2>
 *
 * <ul>
 *   <li>Safe-linking is off: links of fastbins and tcaches are plain addresses. It changes the bits
 *       stored, never a placement.
 *   <li>The tcache key is a constant instead of random. No placement depends on it.
 *   <li>The main arena's state is libc's data and a thread's arena's state shares the always
 *       resident first page of its first heap: both are Java fields here. Lists close over small
 *       numbers instead of addresses within that state.
 *   <li>An unchanging overcommit mode other than 2 is assumed where a heap shrinks (MADV_DONTNEED
 *       rather than a new mapping). Huge page tunables and MALLOC_CHECK_ are left out.
 *   <li>Stack and thread descriptor of a thread, and what pthread_create allocates for them, belong
 *       to the C library's threads and not to malloc.
 *   <li>Counts of a tcache go up in every version; since 2.42 glibc's count free places down.
 *   <li>malloc_trim as before 2.8 is the strategy {@code legacy-on-free}.
 * </ul>
 *
 * <h2>Best and worst case</h2>
 *
 * Best: sizes up to 1032 bytes that come and go on one thread: malloc and free are a list operation
 * in the tcache. Worst: one live block above much freed memory pins the break; freed small blocks
 * in tcaches and fastbins are never merged by themselves, so that nothing is given back; requests
 * of 4 bytes take 32.
 */
@NullMarked
package heapstakes.model.ptmalloc2;

import org.jspecify.annotations.NullMarked;
