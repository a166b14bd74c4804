package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.options.GperftoolsOptions;
import heapstakes.allocator.options.LibraryOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** gperftools' tcmalloc, controlled by {@code TCMALLOC_*} variables at load time. */
final class TcMallocFamily implements Family {
  private static final Pattern RELEASE = Pattern.compile("gperftools ([0-9.]*[0-9])");

  @Override
  public String name() {
    return "tcmalloc";
  }

  @Override
  public String title() {
    return "gperftools";
  }

  @Override
  public Optional<String> releaseIn(String text) {
    return Family.find(RELEASE, text);
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has("tc_version");
  }

  @Override
  public LibraryOptions options() {
    return GperftoolsOptions.ALL;
  }

  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    return new TcMallocControls(library);
  }

  private static final class TcMallocControls implements LibraryControls {
    private static final List<String> PROPERTIES =
        List.of(
            "generic.current_allocated_bytes",
            "generic.heap_size",
            "generic.total_physical_bytes",
            "tcmalloc.max_total_thread_cache_bytes",
            "tcmalloc.current_total_thread_cache_bytes",
            "tcmalloc.central_cache_free_bytes",
            "tcmalloc.transfer_cache_free_bytes",
            "tcmalloc.thread_cache_free_bytes",
            "tcmalloc.pageheap_free_bytes",
            "tcmalloc.pageheap_unmapped_bytes",
            "tcmalloc.pageheap_committed_bytes",
            "tcmalloc.pageheap_scavenge_count",
            "tcmalloc.pageheap_commit_count",
            "tcmalloc.pageheap_total_commit_bytes",
            "tcmalloc.pageheap_decommit_count",
            "tcmalloc.pageheap_total_decommit_bytes",
            "tcmalloc.pageheap_reserve_count",
            "tcmalloc.pageheap_total_reserve_bytes",
            "tcmalloc.aggressive_memory_decommit",
            "tcmalloc.heap_limit_mb");

    // const char *tc_version(int *major, int *minor, const char **patch)
    private final MethodHandle version;
    // int MallocExtension_GetNumericProperty(const char *property, size_t *value)
    private final MethodHandle getNumericProperty;
    // void MallocExtension_ReleaseFreeMemory(void)
    private final MethodHandle releaseFreeMemory;

    TcMallocControls(SharedLibrary library) {
      version =
          DynamicLinker.downcall(
              library.find("tc_version").orElseThrow(),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
      getNumericProperty =
          DynamicLinker.downcall(
              library.find("MallocExtension_GetNumericProperty").orElseThrow(),
              FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
      releaseFreeMemory =
          DynamicLinker.downcall(
              library.find("MallocExtension_ReleaseFreeMemory").orElseThrow(),
              FunctionDescriptor.ofVoid());
    }

    @Override
    public String version() {
      try {
        // A string such as "gperftools 2.10"; the numbers apart may be NULL.
        return DynamicLinker.string((long) version.invokeExact(0L, 0L, 0L));
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public void trim(long pad) {
      try {
        releaseFreeMemory.invokeExact();
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public SequencedMap<String, Long> counters() {
      SequencedMap<String, Long> counters = new LinkedHashMap<>();
      for (String property : PROPERTIES) {
        read(property).ifPresent(value -> counters.put(property, value));
      }
      return counters;
    }

    /** Metadata is physical − (heap − unmapped), by the definition of total_physical_bytes. */
    @Override
    public long metadataBytes() {
      OptionalLong physical = read("generic.total_physical_bytes");
      OptionalLong committed = read("tcmalloc.pageheap_committed_bytes");
      return physical.isPresent() && committed.isPresent()
          ? physical.getAsLong() - committed.getAsLong()
          : -1;
    }

    private OptionalLong read(String property) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment value = arena.allocate(JAVA_LONG);
        int known =
            (int)
                getNumericProperty.invokeExact(
                    arena.allocateFrom(property).address(), value.address());
        return known != 0 ? OptionalLong.of(value.get(JAVA_LONG, 0)) : OptionalLong.empty();
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }
  }
}
