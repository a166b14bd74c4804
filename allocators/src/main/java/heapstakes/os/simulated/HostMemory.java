package heapstakes.os.simulated;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * The host's memory as the simulator uses it: bytes at host addresses, and anonymous reservations
 * where the host is Linux. Elsewhere {@link #reserve} and {@link #reserveAt} always fail.
 */
final class HostMemory {
  /** No memory. */
  static final long NULL = 0;

  @SuppressWarnings("restricted") // the whole address space, as in heapstakes.memory.Memory
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  // mmap's numbers are Linux's own on x86-64 and AArch64.
  private static final int READ_WRITE = 3;
  private static final int RESERVATION = 0x4000 | 0x20 | 0x02; // NORESERVE, ANONYMOUS, PRIVATE
  private static final int FIXED_NOREPLACE = 0x10_0000;
  private static final int DONTNEED = 4;
  private static final int NO_HUGE_PAGES = 15;

  private static final boolean LINUX =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux");
  private static final MethodHandle MMAP =
      function("mmap", ValueLayout.JAVA_LONG, true, true, false, false, false, true);
  private static final MethodHandle MUNMAP = function("munmap", ValueLayout.JAVA_INT, true, true);
  private static final MethodHandle MADVISE =
      function("madvise", ValueLayout.JAVA_INT, true, true, false);

  private HostMemory() {}

  @SuppressWarnings("restricted") // calls into the C library
  private static MethodHandle function(String name, ValueLayout result, boolean... isLong) {
    ValueLayout[] arguments = new ValueLayout[isLong.length];
    for (int i = 0; i < isLong.length; i++) {
      arguments[i] = isLong[i] ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT;
    }
    Linker linker = Linker.nativeLinker();
    // A host without the function is one where it is never called: any address will do.
    MemorySegment address =
        linker.defaultLookup().find(name).orElseGet(() -> MemorySegment.ofAddress(1));
    return linker.downcallHandle(address, FunctionDescriptor.of(result, arguments));
  }

  /** A demand-zero reservation anywhere, or {@link #NULL}. */
  static long reserve(long bytes) {
    return map(NULL, bytes, RESERVATION);
  }

  /** Whether a demand-zero reservation at exactly {@code address} was had. */
  static boolean reserveAt(long address, long bytes) {
    if (address <= 0) {
      return false;
    }
    long got = map(address, bytes, RESERVATION | FIXED_NOREPLACE);
    if (got != NULL && got != address) { // before Linux 4.17 the flag is a mere hint
      release(got, bytes);
    }
    return got == address;
  }

  private static long map(long address, long bytes, int flags) {
    if (!LINUX) {
      return NULL;
    }
    try {
      long got = (long) MMAP.invokeExact(address, bytes, READ_WRITE, flags, -1, 0L);
      if (got == -1) {
        return NULL;
      }
      advise(got, bytes, NO_HUGE_PAGES); // one touched page must not cost the host 2 MiB
      return got;
    } catch (Throwable e) {
      throw new IllegalStateException("mmap of the host", e);
    }
  }

  /** Gives a reservation back. */
  static void release(long address, long bytes) {
    try {
      int ignored = (int) MUNMAP.invokeExact(address, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("munmap of the host", e);
    }
  }

  /** Lets pages of a reservation read as zero again, giving their frames back to the host. */
  static void discard(long address, long bytes) {
    if (advise(address, bytes, DONTNEED) != 0) {
      ALL.asSlice(address, bytes).fill((byte) 0);
    }
  }

  private static int advise(long address, long bytes, int advice) {
    try {
      return (int) MADVISE.invokeExact(address, bytes, advice);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise of the host", e);
    }
  }

  static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  static void putByte(long address, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  static void fill(long address, long bytes, byte value) {
    ALL.asSlice(address, bytes).fill(value);
  }

  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  /** Whether {@code bytes} (a multiple of 8) from {@code address} on are all 0. */
  static boolean isZero(long address, long bytes) {
    for (long at = address; at < address + bytes; at += Long.BYTES) {
      if (ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != 0) {
        return false;
      }
    }
    return true;
  }
}
