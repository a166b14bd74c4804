package heapstakes.os.linux;

import heapstakes.os.Protection;
import org.jspecify.annotations.Nullable;

/**
 * One mapping {@code [start, end)} of a process: kernel's {@code vm_area_struct}. It is also a node
 * of {@link VmaTree}, which alone writes the links and the bounds.
 */
public final class Vma {
  /** Charged against the commit limit (VM_ACCOUNT). */
  public static final int ACCOUNT = 1;

  /** MAP_NORESERVE, where the overcommit mode heeds it. */
  public static final int NORESERVE = 2;

  /** Advised HUGEPAGE. */
  public static final int HUGEPAGE = 4;

  /** Advised NOHUGEPAGE. */
  public static final int NOHUGEPAGE = 8;

  /** Absent in a child. */
  public static final int DONTFORK = 16;

  /** Empty in a child. */
  public static final int WIPEONFORK = 32;

  /** The stack: mappings keep {@link #STACK_GUARD_BYTES} below it. */
  static final int GROWSDOWN = 64;

  /** Part of the process image before its first system call; merges with nothing. */
  public static final int IMAGE = 128;

  /** Free space kept below a stack (kernel's stack_guard_gap of 256 pages, linux-vm.md §1). */
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

  /** First byte. */
  public long start() {
    return start;
  }

  /** Just behind the last byte. */
  public long end() {
    return end;
  }

  /** PROT_* bits. */
  public int protection() {
    return protection;
  }

  /** Bits of {@link #ACCOUNT}, {@link #NORESERVE} and so on. */
  public int flags() {
    return flags;
  }

  /** Its group of pages; 0: never touched. */
  public long anonId() {
    return anonId;
  }

  /** The mapping below it. */
  public Vma prev() {
    return prev;
  }

  /** The mapping above it. */
  public Vma next() {
    return next;
  }

  /** Where free space in front of it ends. */
  long guardedStart() {
    return (flags & GROWSDOWN) == 0 ? start : Math.max(0, start - STACK_GUARD_BYTES);
  }

  /** Whole pages it spans. */
  public long pages() {
    return (end - start) >>> 12;
  }

  /** Whether one of these bits of {@link #flags} is set. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether a load is permitted. */
  public boolean readable() {
    return (protection & Protection.READ_WRITE) != 0; // x86: writable pages are readable
  }

  /** Whether a store is permitted. */
  public boolean writable() {
    return Protection.isWritable(protection);
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
