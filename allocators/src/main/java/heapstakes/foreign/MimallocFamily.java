package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.options.LibraryOptions;
import heapstakes.allocator.options.MimallocOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** mimalloc 2, controlled by {@code MIMALLOC_*} variables at load time. */
final class MimallocFamily implements Family {
  @Override
  public String name() {
    return "mimalloc";
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has("mi_version");
  }

  @Override
  public LibraryOptions options() {
    return MimallocOptions.ALL;
  }

  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    return new MimallocControls(library);
  }

  private static final class MimallocControls implements LibraryControls {
    /** The results of mi_process_info in their order; those of this process, not the heap, too. */
    private static final List<String> PROCESS_INFO =
        List.of(
            "elapsed_msecs",
            "user_msecs",
            "system_msecs",
            "current_rss",
            "peak_rss",
            "current_commit",
            "peak_commit",
            "page_faults");

    private static final List<String> OF_THE_HEAP = List.of("current_commit", "peak_commit");

    private final MethodHandle version; // int mi_version(void)
    private final MethodHandle collect; // void mi_collect(bool force)
    private final MethodHandle processInfo; // void mi_process_info(size_t *…, eight of them)

    MimallocControls(SharedLibrary library) {
      version =
          DynamicLinker.downcall(
              library.find("mi_version").orElseThrow(), FunctionDescriptor.of(JAVA_INT));
      collect =
          DynamicLinker.downcall(
              library.find("mi_collect").orElseThrow(), FunctionDescriptor.ofVoid(JAVA_BOOLEAN));
      processInfo =
          DynamicLinker.downcall(
              library.find("mi_process_info").orElseThrow(),
              FunctionDescriptor.ofVoid(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG));
    }

    /** The number is 100 × major + 10 × minor + patch. */
    @Override
    public String version() {
      try {
        int number = (int) version.invokeExact();
        return String.format(
            Locale.ROOT, "mimalloc %d.%d.%d", number / 100, number / 10 % 10, number % 10);
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public void trim(long pad) {
      try {
        collect.invokeExact(true);
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public SequencedMap<String, Long> counters() {
      SequencedMap<String, Long> counters = new LinkedHashMap<>();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment info = arena.allocate(JAVA_LONG, PROCESS_INFO.size());
        long at = info.address();
        processInfo.invokeExact(at, at + 8, at + 16, at + 24, at + 32, at + 40, at + 48, at + 56);
        for (String name : OF_THE_HEAP) {
          counters.put(name, info.getAtIndex(JAVA_LONG, PROCESS_INFO.indexOf(name)));
        }
        return counters;
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }
  }
}
