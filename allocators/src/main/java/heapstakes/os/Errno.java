package heapstakes.os;

/**
 * Error numbers of x86-64 Linux (asm-generic/errno-base.h). System calls of {@link AddressSpace}
 * return them negated, as the kernel does; a result is an error iff it lies in [-4095, -1]
 * (MAX_ERRNO of linux/err.h).
 */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** Out of memory, address space or mappings; also a hole in a range. */
  public static final int ENOMEM = 12;

  /** Bad address: nothing (or more than one mapping) there. */
  public static final int EFAULT = 14;

  /** This kernel has no such call. */
  public static final int ENOSYS = 38;

  /** MAP_FIXED_NOREPLACE found something. */
  public static final int EEXIST = 17;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  private Errno() {}

  /** Whether {@code result} of a system call is a negated errno. */
  public static boolean isError(long result) {
    return Long.compareUnsigned(result, -4095L) >= 0;
  }

  /** The symbolic name of {@code errno} (positive), or its number. */
  public static String name(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM";
      case ENOMEM -> "ENOMEM";
      case EFAULT -> "EFAULT";
      case EEXIST -> "EEXIST";
      case EINVAL -> "EINVAL";
      case ENOSYS -> "ENOSYS";
      default -> "errno " + errno;
    };
  }
}
