package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.ThreadAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The allocation functions of one library. Pointers and {@code size_t} are longs. Where a function
 * is here twice, the second lets the garbage collector run meanwhile: for calls that copy or clear
 * megabytes.
 *
 * @param malloc {@code void *malloc(size_t size)}
 * @param calloc {@code void *calloc(size_t count, size_t size)}
 * @param longCalloc the same
 * @param realloc {@code void *realloc(void *block, size_t size)}
 * @param longRealloc the same
 * @param memalign {@code void *memalign(size_t alignment, size_t size)}
 * @param free {@code void free(void *block)}
 * @param usableSize {@code size_t malloc_usable_size(void *block)}
 */
record MallocSymbols(
    MethodHandle malloc,
    MethodHandle calloc,
    MethodHandle longCalloc,
    MethodHandle realloc,
    MethodHandle longRealloc,
    MethodHandle memalign,
    MethodHandle free,
    MethodHandle usableSize) {
  private static final FunctionDescriptor LONG_TO_LONG =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor LONGS_TO_LONG =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor LONG_TO_VOID = FunctionDescriptor.ofVoid(JAVA_LONG);

  /**
   * Binds them.
   *
   * @param prefix what the library puts before {@code malloc}, e.g. {@code mi_}; often nothing
   * @throws AllocatorException when one is missing
   */
  static MallocSymbols bind(SharedLibrary library, String prefix) {
    long calloc = require(library, List.of(prefix + "calloc"));
    long realloc = require(library, List.of(prefix + "realloc"));
    return new MallocSymbols(
        DynamicLinker.shortDowncall(require(library, List.of(prefix + "malloc")), LONG_TO_LONG),
        DynamicLinker.shortDowncall(calloc, LONGS_TO_LONG),
        DynamicLinker.downcall(calloc, LONGS_TO_LONG),
        DynamicLinker.shortDowncall(realloc, LONGS_TO_LONG),
        DynamicLinker.downcall(realloc, LONGS_TO_LONG),
        DynamicLinker.shortDowncall(
            require(library, List.of(prefix + "memalign", prefix + "aligned_alloc")),
            LONGS_TO_LONG),
        DynamicLinker.shortDowncall(require(library, List.of(prefix + "free")), LONG_TO_VOID),
        DynamicLinker.shortDowncall(
            require(
                library,
                List.of(
                    prefix + "malloc_usable_size", prefix + "usable_size", prefix + "malloc_size")),
            LONG_TO_LONG));
  }

  /** Makes the class that calls this library, and the one object that serves all its threads. */
  ThreadAllocator define(LibraryControls controls) {
    try (InputStream in = MallocSymbols.class.getResourceAsStream("NativeThread.class")) {
      if (in == null) {
        throw new IllegalStateException("NativeThread.class is not on the class path");
      }
      MethodHandles.Lookup hidden =
          MethodHandles.lookup().defineHiddenClassWithClassData(in.readAllBytes(), this, true);
      return (ThreadAllocator)
          hidden
              .findConstructor(
                  hidden.lookupClass(), MethodType.methodType(void.class, LibraryControls.class))
              .invoke(controls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  private static long require(SharedLibrary library, List<String> anyOf) {
    return anyOf.stream()
        .map(library::find)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .findFirst()
        .orElseThrow(() -> missing(library, anyOf));
  }

  private static AllocatorException missing(SharedLibrary library, List<String> anyOf) {
    List<String> seen =
        List.of("", "je_", "mi_", "tc_", "rp", "sn_", "scalable_").stream()
            .map(p -> p + "malloc")
            .filter(library::has)
            .toList();
    return new AllocatorException(
        String.format(
            Locale.ROOT,
            """
            %s defines no function '%s' of its own.
              It cannot be run as an allocator under this name.%s
              A library whose names have a prefix is written native:/path/lib.so,PREFIX\
            """,
            library.origin(),
            String.join("' or '", anyOf),
            seen.isEmpty() ? "" : " It does define: " + String.join(", ", seen) + "."));
  }
}
