package heapstakes.os;

/** Access bits of a mapping, with Linux's values (asm-generic/mman-common.h). */
public final class Protection {
  /** PROT_NONE: address space only. */
  public static final int NONE = 0;

  /** PROT_READ. */
  public static final int READ = 1;

  /** PROT_WRITE. */
  public static final int WRITE = 2;

  /** PROT_READ | PROT_WRITE. */
  public static final int READ_WRITE = READ | WRITE;

  private Protection() {}

  /** Whether {@code protection} permits stores. */
  public static boolean isWritable(int protection) {
    return (protection & WRITE) != 0;
  }
}
