package heapstakes.os;

import org.jspecify.annotations.Nullable;

/**
 * One mapping {@code [start, end)} of a process: kernel's {@code vm_area_struct}. It is also a node
 * of {@link VmaTree}, which alone writes the links and the bounds.
 */
final class Vma {
  /** Charged against the commit limit (VM_ACCOUNT). */
  static final int ACCOUNT = 1;

  /** MAP_NORESERVE, where the overcommit mode heeds it. */
  static final int NORESERVE = 2;

  /** Advised HUGEPAGE. */
  static final int HUGEPAGE = 4;

  /** Advised NOHUGEPAGE. */
  static final int NOHUGEPAGE = 8;

  /** Absent in a child. */
  static final int DONTFORK = 16;

  /** Empty in a child. */
  static final int WIPEONFORK = 32;

  /** The stack: mappings keep {@link #STACK_GUARD_BYTES} below it. */
  static final int GROWSDOWN = 64;

  /** Part of the process image before its first system call; merges with nothing. */
  static final int IMAGE = 128;

  /** Free space kept below a stack (kernel's stack_guard_gap of 256 pages). */
  static final long STACK_GUARD_BYTES = 1L << 20;

  long start;
  long end;
  int protection;
  int flags;

  /** Names the group of pages it belongs to since its first fault (anon_vma); 0: never touched. */
  long anonId;

  Vma prev = this;
  Vma next = this;
  @Nullable Vma left;
  @Nullable Vma right;
  @Nullable Vma parent;
  int priority;
  long gap; // free bytes between the previous mapping and this one, guard taken off
  long maxGap; // largest gap in this subtree

  /** Where free space in front of it ends. */
  long guardedStart() {
    return (flags & GROWSDOWN) == 0 ? start : Math.max(0, start - STACK_GUARD_BYTES);
  }

  /** Whole pages it spans. */
  long pages() {
    return (end - start) >>> 12;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  boolean readable() {
    return (protection & Protection.READ_WRITE) != 0; // x86: writable pages are readable
  }

  boolean writable() {
    return (protection & Protection.WRITE) != 0;
  }

  /** Whether a touching mapping with these attributes becomes one with it (linux-vm.md §2). */
  boolean joins(int otherProtection, int otherFlags, long otherAnonId) {
    return protection == otherProtection
        && flags == otherFlags
        && (flags & (IMAGE | GROWSDOWN)) == 0
        && compatible(anonId, otherAnonId);
  }

  static boolean compatible(long oneAnonId, long otherAnonId) {
    return oneAnonId == otherAnonId || oneAnonId == 0 || otherAnonId == 0;
  }
}
