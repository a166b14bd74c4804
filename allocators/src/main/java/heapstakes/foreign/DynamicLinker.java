package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** dlopen(3) and its kin, and the making of downcalls; addresses are longs, 0 for NULL. */
@SuppressWarnings(
    "restricted") // calling C is the point; every restricted call of the package is here
final class DynamicLinker {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();

  private static final int RTLD_NOW = 2;
  private static final int RTLD_DI_LINKMAP = 2;
  private static final long LINK_MAP_NAME = 8; // offset of l_name in struct link_map
  private static final long DL_INFO_BYTES = 32; // sizeof(Dl_info); dli_fname comes first

  // void *dlopen(const char *filename, int flags)
  private static final MethodHandle DLOPEN =
      ofLibc("dlopen", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT));
  // void *dlsym(void *handle, const char *symbol)
  private static final MethodHandle DLSYM =
      ofLibc("dlsym", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  // char *dlerror(void)
  private static final MethodHandle DLERROR = ofLibc("dlerror", FunctionDescriptor.of(JAVA_LONG));
  // int dladdr(const void *addr, Dl_info *info)
  private static final MethodHandle DLADDR =
      ofLibc("dladdr", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  // int dlinfo(void *handle, int request, void *info)
  private static final MethodHandle DLINFO =
      ofLibc("dlinfo", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));
  // int setenv(const char *name, const char *value, int overwrite)
  private static final MethodHandle SETENV =
      ofLibc("setenv", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

  private DynamicLinker() {}

  private static MethodHandle ofLibc(String symbol, FunctionDescriptor type) {
    return LINKER.downcallHandle(LIBC.findOrThrow(symbol), type);
  }

  /** A function of the C library's whose arguments vary from number {@code fixed} on. */
  static MethodHandle ofLibc(String symbol, FunctionDescriptor type, int fixed) {
    return LINKER.downcallHandle(
        LIBC.findOrThrow(symbol), type, Linker.Option.firstVariadicArg(fixed));
  }

  /** A downcall that lets the garbage collector run meanwhile: for calls of any length. */
  static MethodHandle downcall(long function, FunctionDescriptor type) {
    return LINKER.downcallHandle(MemorySegment.ofAddress(function), type);
  }

  /**
   * A downcall without the transition to native state, 4 ns cheaper; the JVM reaches no safepoint
   * while it runs, so for calls that are short, or have no other Java thread wait for them.
   */
  static MethodHandle shortDowncall(long function, FunctionDescriptor type) {
    return LINKER.downcallHandle(
        MemorySegment.ofAddress(function), type, Linker.Option.critical(false));
  }

  /**
   * Loads a library, its symbols visible to nobody else.
   *
   * @return its handle, or 0 with the reason in {@link #lastError}
   */
  static long open(String file) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) DLOPEN.invokeExact(arena.allocateFrom(file).address(), RTLD_NOW);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** What went wrong in the latest call on this thread. */
  static String lastError() {
    try {
      long text = (long) DLERROR.invokeExact();
      return text == 0 ? "no reason given" : string(text);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Address of {@code symbol} in the library or what it depends on, or 0. */
  static long symbol(long handle, String symbol) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) DLSYM.invokeExact(handle, arena.allocateFrom(symbol).address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The file a library was loaded from. */
  static String fileOf(long handle) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(JAVA_LONG);
      int failed = (int) DLINFO.invokeExact(handle, RTLD_DI_LINKMAP, map.address());
      if (failed != 0) {
        throw new IllegalStateException(lastError());
      }
      long linkMap = map.get(JAVA_LONG, 0);
      return string(MemorySegment.ofAddress(linkMap).reinterpret(16).get(JAVA_LONG, LINK_MAP_NAME));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The file that holds the code at {@code address}, or null. */
  static @Nullable String fileHolding(long address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(DL_INFO_BYTES, JAVA_LONG.byteAlignment());
      int found = (int) DLADDR.invokeExact(address, info.address());
      return found == 0 ? null : string(info.get(JAVA_LONG, 0));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Sets a variable of the process's environment as C sees it; {@code System.getenv} does not. */
  static void setenv(String name, String value) {
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int)
              SETENV.invokeExact(
                  arena.allocateFrom(name).address(), arena.allocateFrom(value).address(), 1);
      if (failed != 0) {
        throw new IllegalStateException("setenv(" + name + ") failed");
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The C string at {@code address}. */
  static String string(long address) {
    return MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** A downcall declares Throwable but throws nothing of its own. */
  static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> throw new AssertionError(thrown);
    };
  }
}
