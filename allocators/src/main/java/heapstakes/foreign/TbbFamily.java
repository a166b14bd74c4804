package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.options.LibraryOptions;
import heapstakes.allocator.options.TbbOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * oneTBB's scalable allocator by its proxy, which puts it in the place of malloc. The allocator
 * itself is the library that the proxy needs.
 */
final class TbbFamily implements Family {
  private static final Pattern VERSION = Pattern.compile("TBBmalloc: VERSION\\s+([0-9.]*[0-9])");

  // TBBMALLOC_CLEAN_ALL_BUFFERS, scalable_allocator.h
  private static final int CLEAN_ALL_BUFFERS = 0;

  @Override
  public String name() {
    return "tbb";
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has("__TBB_malloc_proxy");
  }

  @Override
  public LibraryOptions options() {
    return TbbOptions.ALL;
  }

  @Override
  public LibraryControls bind(SharedLibrary proxy, String prefix) {
    // int scalable_allocation_command(int command, void *reserved), of the proxy's dependency
    long address = DynamicLinker.symbol(proxy.handle(), "scalable_allocation_command");
    MethodHandle command =
        DynamicLinker.downcall(address, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    return new TrimByCall(
        "tbb " + stated(Path.of(DynamicLinker.fileHolding(address))),
        MethodHandles.insertArguments(command, 0, CLEAN_ALL_BUFFERS, 0L));
  }

  private static String stated(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return Family.find(VERSION, text).orElse("?");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
