package heapstakes.foreign;

import static java.lang.constant.ConstantDescs.DEFAULT_NAME;

import heapstakes.allocator.ThreadAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The timed calls into one library. Its class file is defined anew, as a hidden class, for every
 * library: so each gets handles that are constants to the JIT compiler, without which a call costs
 * 3 ns more (ADR 0003). Never used under its own name; {@link MallocSymbols#define} makes them.
 */
final class NativeThread implements ThreadAllocator {
  // Up to this many bytes are cleared or copied within some 100 µs.
  private static final long LONG_CALL_BYTES = 1L << 20;

  private static final MethodHandle MALLOC;
  private static final MethodHandle CALLOC;
  private static final MethodHandle LONG_CALLOC;
  private static final MethodHandle REALLOC;
  private static final MethodHandle LONG_REALLOC;
  private static final MethodHandle MEMALIGN;
  private static final MethodHandle FREE;
  private static final MethodHandle USABLE_SIZE;

  static {
    try {
      MallocSymbols symbols =
          MethodHandles.classData(MethodHandles.lookup(), DEFAULT_NAME, MallocSymbols.class);
      MALLOC = symbols.malloc();
      CALLOC = symbols.calloc();
      LONG_CALLOC = symbols.longCalloc();
      REALLOC = symbols.realloc();
      LONG_REALLOC = symbols.longRealloc();
      MEMALIGN = symbols.memalign();
      FREE = symbols.free();
      USABLE_SIZE = symbols.usableSize();
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final LibraryControls controls;

  private NativeThread(LibraryControls controls) {
    this.controls = controls;
  }

  @Override
  public long malloc(long size) {
    try {
      return (long) MALLOC.invokeExact(size);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  @Override
  public long calloc(long count, long size) {
    try {
      return Long.compareUnsigned(count * size, LONG_CALL_BYTES) < 0
          ? (long) CALLOC.invokeExact(count, size)
          : (long) LONG_CALLOC.invokeExact(count, size);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  @Override
  public long realloc(long address, long size) {
    try {
      return Long.compareUnsigned(size, LONG_CALL_BYTES) < 0
          ? (long) REALLOC.invokeExact(address, size)
          : (long) LONG_REALLOC.invokeExact(address, size);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  @Override
  public long memalign(long alignment, long size) {
    try {
      return (long) MEMALIGN.invokeExact(alignment, size);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  @Override
  public void free(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  @Override
  public long usableSize(long address) {
    try {
      return (long) USABLE_SIZE.invokeExact(address);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }

  @Override
  public void trim(long pad) {
    controls.trim(pad);
  }

  @Override
  public void exit() {
    // The library notices when the OS thread ends.
  }
}
