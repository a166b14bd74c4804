package heapstakes.os.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.memory.Addresses;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;

/**
 * The system calls of the real kernel, on host addresses; results as the kernel gives them, a
 * negated errno on failure. One thread at a time. All use the default linkage: any of them may walk
 * gigabytes, and must not keep the garbage collector waiting.
 */
final class NativeLinuxCalls {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
  private static final MethodHandle MMAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  // int munmap(void *addr, size_t length)
  private static final MethodHandle MUNMAP =
      bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  // int mprotect(void *addr, size_t length, int prot)
  private static final MethodHandle MPROTECT =
      bind("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  // int madvise(void *addr, size_t length, int advice)
  private static final MethodHandle MADVISE =
      bind("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  // void *mremap(void *old_address, size_t old_size, size_t new_size, int flags, ...)
  private static final MethodHandle MREMAP =
      bind(
          "mremap",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG),
          Linker.Option.firstVariadicArg(4));
  // int mincore(void *addr, size_t length, unsigned char *vec)
  private static final MethodHandle MINCORE =
      bind("mincore", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  // int getpagesize(void)
  private static final MethodHandle GETPAGESIZE =
      bind("getpagesize", FunctionDescriptor.of(JAVA_INT));

  /** Pages that one mincore looks at: 256 MiB. */
  private static final long PAGES_AT_ONCE = 1 << 16;

  private static final long PRESENT = 0x0101010101010101L; // bit 0 of each of 8 pages

  private final MemorySegment state = Arena.ofAuto().allocate(STATE);
  private final MemorySegment presence = Arena.ofAuto().allocate(PAGES_AT_ONCE, Long.BYTES);

  @SuppressWarnings("restricted") // the kernel is reached through C
  private static MethodHandle bind(
      String symbol, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(symbol), type, all);
  }

  /** Maps private anonymous memory; {@code flags} are added to those. */
  long mmap(long address, long length, int protection, int flags) {
    try {
      long result =
          (long)
              MMAP.invokeExact(
                  state, address, length, protection, flags | MapFlags.PRIVATE_ANONYMOUS, -1, 0L);
      return result == -1 ? -errno() : result;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  long munmap(long address, long length) {
    try {
      return zeroOrErrno((int) MUNMAP.invokeExact(state, address, length));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  long mprotect(long address, long length, int protection) {
    try {
      return zeroOrErrno((int) MPROTECT.invokeExact(state, address, length, protection));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  long madvise(long address, long length, int advice) {
    try {
      return zeroOrErrno((int) MADVISE.invokeExact(state, address, length, advice));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Moves pages to an address of the caller's choice; what was there goes. */
  long mremap(long from, long length, long newLength, int flags, long to) {
    try {
      long result = (long) MREMAP.invokeExact(state, from, length, newLength, flags, to);
      return result == -1 ? -errno() : result;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Bytes of pages in the range that mincore(2) finds present; the shared zero page counts. */
  long residentBytes(long address, long length) {
    long present = 0;
    long end = address + length;
    for (long at = address; at < end; ) {
      long pages = Math.min(PAGES_AT_ONCE, (end - at) >>> Addresses.PAGE_SHIFT);
      present += presentPages(at, pages);
      at += pages << Addresses.PAGE_SHIFT;
    }
    return present << Addresses.PAGE_SHIFT;
  }

  private long presentPages(long address, long pages) {
    long padded = Addresses.alignUp(pages, Long.BYTES);
    presence.set(JAVA_LONG, padded - Long.BYTES, 0); // what the kernel leaves of the last word
    try {
      long bytes = pages << Addresses.PAGE_SHIFT;
      int failed = (int) MINCORE.invokeExact(state, address, bytes, presence.address());
      if (failed != 0) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT, "mincore(0x%x, %d): %s", address, bytes, Errno.name(errno())));
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
    long present = 0;
    for (long at = 0; at < padded; at += Long.BYTES) {
      present += Long.bitCount(presence.get(JAVA_LONG, at) & PRESENT);
    }
    return present;
  }

  /** Bytes in a page of this machine. */
  int pageBytes() {
    try {
      return (int) GETPAGESIZE.invokeExact(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private long zeroOrErrno(int result) {
    return result == 0 ? 0 : -errno();
  }

  private int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  private static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> throw new AssertionError(thrown);
    };
  }
}
