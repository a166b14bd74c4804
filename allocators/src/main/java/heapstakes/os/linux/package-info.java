/**
 * Linux's book of a process's address space: which calls succeed, with which errno they fail, and
 * where mappings go. Simulated and real memory keep this same book, so their addresses agree by
 * construction; what happens to the pages is theirs ({@link heapstakes.os.linux.PageWork}).
 *
 * <pre>
 *   brk, mmap, munmap, mprotect ──▶ VirtualMemory ◀──▶ Remap ◀── mremap
 *                                    │        │
 *                     where does it go?      what is mapped?
 *                                    ▼        ▼
 *                              Placement ──▶ VmaSet ──▶ VmaTree (a treap over list of Vma)
 *
 *   low ─────────────────────────────────────────────────────────────────────────── high
 *   program ]  break ─▶          free           ◀─ mmap area [ libraries ]  guard [ stack ]
 *   [Vma IMAGE][Vma ...]                          [Vma][Vma ..][Vma IMAGE]         [Vma GROWSDOWN]
 * </pre>
 *
 * <p>A new version of Linux is a {@link heapstakes.os.linux.KernelProfile}.
 */
@NullMarked
package heapstakes.os.linux;

import org.jspecify.annotations.NullMarked;
