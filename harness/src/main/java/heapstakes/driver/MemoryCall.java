package heapstakes.driver;

import heapstakes.os.Syscall;
import java.util.List;

/**
 * A memory system call of the library.
 *
 * @param operation the operation during which it was made; 0 before the first one too
 * @param kind which call
 * @param arguments the first five, as passed; spare ones are meaningless
 * @param result what the kernel answered; for brk(2) the break
 * @param residentPages pages that it gave up; for MADV_FREE those promised
 */
public record MemoryCall(
    long operation, Syscall kind, List<Long> arguments, long result, long residentPages) {
  /** Those that the driver catches, in the order of its report (driver.h). */
  public static final List<Syscall> KINDS =
      List.of(
          Syscall.SBRK,
          Syscall.MMAP,
          Syscall.MUNMAP,
          Syscall.MADVISE,
          Syscall.MPROTECT,
          Syscall.MREMAP);

  static MemoryCall read(Words words) {
    long operation = words.next();
    Syscall kind = KINDS.get((int) words.next());
    List<Long> arguments =
        List.of(words.next(), words.next(), words.next(), words.next(), words.next());
    return new MemoryCall(operation, kind, arguments, words.next(), words.next());
  }
}
