package heapstakes.fidelity;

import heapstakes.os.Syscall;
import java.util.Locale;

/**
 * A memory system call in terms that are the same on both sides.
 *
 * @param operation during which it was made; between operations that of the next one
 * @param kind which call
 * @param breakOffset bytes from the initial break to where it points, for brk(2) the break that is
 *     asked for; {@link #ELSEWHERE} outside of the break's area
 * @param bytes length, for mremap(2) the new one; 0 for brk(2)
 * @param detail protection, advice, or mremap(2)'s old length; else 0
 */
record KernelCall(long operation, Syscall kind, long breakOffset, long bytes, long detail) {
  static final long ELSEWHERE = -1;

  /** Brk to {@code breakOffset}. */
  static KernelCall brk(long operation, long breakOffset) {
    return new KernelCall(operation, Syscall.SBRK, breakOffset, 0, 0);
  }

  /** For people, without the operation. */
  String describe() {
    String name = kind == Syscall.SBRK ? "brk" : kind.word();
    String where =
        breakOffset == ELSEWHERE ? "…" : String.format(Locale.ROOT, "brk+0x%x", breakOffset);
    return switch (kind) {
      case SBRK -> String.format(Locale.ROOT, "%s(%s)", name, where);
      case MUNMAP, FORK -> String.format(Locale.ROOT, "%s(%s, %d)", name, where, bytes);
      case MMAP, MPROTECT, MADVISE ->
          String.format(Locale.ROOT, "%s(%s, %d, %d)", name, where, bytes, detail);
      case MREMAP -> String.format(Locale.ROOT, "%s(%s, %d, %d)", name, where, detail, bytes);
    };
  }
}
