package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.AllocatorException;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The C library's own malloc, which the JVM uses too: every figure of {@link Controls#counters}
 * contains the JVM's share, and settings hold for the JVM as well.
 */
final class GlibcFamily implements Family {
  /** Settings that mallopt(3) takes, with its parameter numbers (malloc.h). */
  private static final Map<String, Integer> MALLOPT =
      Map.of(
          "mxfast", 1,
          "trim_threshold", -1,
          "top_pad", -2,
          "mmap_threshold", -3,
          "mmap_max", -4,
          "perturb", -6,
          "arena_test", -7,
          "arena_max", -8);

  private static final int MAX_INT = Integer.MAX_VALUE;

  // Names, ranges and defaults: ptmalloc2.md §14.
  private static final List<Setting> SETTINGS =
      List.of(
          Setting.size(
              "trim_threshold", "128K", -1, MAX_INT, "bytes free at the top that start a trim"),
          Setting.size("top_pad", "128K", 0, MAX_INT, "bytes asked for beyond the need"),
          Setting.size("mmap_threshold", "128K", 0, MAX_INT, "bytes from which mmap serves"),
          Setting.integer("mmap_max", "65536", 0, MAX_INT, "most blocks served by mmap at once"),
          Setting.integer("arena_max", "0", 0, MAX_INT, "most arenas; 0: 8 a core"),
          Setting.integer("arena_test", "8", 0, MAX_INT, "arenas before the limit is computed"),
          Setting.integer("tcache_count", "7", 0, 65535, "blocks a thread-cache bin; at start"),
          Setting.size("tcache_max", "1032", 0, 1032, "largest block a thread caches; at start"),
          Setting.integer(
              "tcache_unsorted_limit", "0", 0, MAX_INT, "chunks cached a scan; 0: all; at start"),
          Setting.size("mxfast", "128", 0, 160, "largest fastbin block, bytes"),
          Setting.integer("perturb", "0", 0, 255, "byte that freed memory is filled with"));

  @Override
  public String name() {
    return "glibc";
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has("gnu_get_libc_version");
  }

  @Override
  public List<Setting> settings() {
    return SETTINGS;
  }

  @Override
  public String deployableForm(Settings settings) {
    List<String> variables = new ArrayList<>();
    List<String> tunables = new ArrayList<>();
    for (Setting setting : Family.given(SETTINGS, settings)) {
      switch (setting.key()) {
        case "tcache_count", "tcache_max", "tcache_unsorted_limit", "mxfast" ->
            tunables.add(tunable(setting, settings));
        default -> variables.add(variable(setting.key()) + "=" + Family.plain(setting, settings));
      }
    }
    if (!tunables.isEmpty()) {
      variables.add("GLIBC_TUNABLES=" + String.join(":", tunables));
    }
    return String.join(" ", variables);
  }

  private static String tunable(Setting setting, Settings settings) {
    return "glibc.malloc." + setting.key() + "=" + Family.plain(setting, settings);
  }

  /** The arena variables alone have no underscore at the end. */
  private static String variable(String key) {
    String name = "MALLOC_" + key.toUpperCase(Locale.ROOT);
    return key.startsWith("arena") ? name : name + "_";
  }

  @Override
  public Controls bind(SharedLibrary library, String prefix) {
    return new GlibcControls(library);
  }

  private static final class GlibcControls implements Controls {
    private static final List<String> MALLINFO2 =
        List.of(
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost");
    private static final MemoryLayout MALLINFO2_LAYOUT =
        MemoryLayout.structLayout(
            MALLINFO2.stream().map(JAVA_LONG::withName).toArray(MemoryLayout[]::new));

    private final MethodHandle getVersion; // const char *gnu_get_libc_version(void)
    private final MethodHandle mallopt; // int mallopt(int param, int value)
    private final MethodHandle mallocTrim; // int malloc_trim(size_t pad)
    private final MethodHandle mallinfo2; // struct mallinfo2 mallinfo2(void)

    GlibcControls(SharedLibrary library) {
      getVersion = bind(library, "gnu_get_libc_version", FunctionDescriptor.of(JAVA_LONG));
      mallopt = bind(library, "mallopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
      mallocTrim = bind(library, "malloc_trim", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
      mallinfo2 = bind(library, "mallinfo2", FunctionDescriptor.of(MALLINFO2_LAYOUT));
    }

    private static MethodHandle bind(SharedLibrary library, String name, FunctionDescriptor type) {
      return DynamicLinker.downcall(
          library
              .find(name)
              .orElseThrow(() ->
                  new AllocatorException(
                      String.format(
                          Locale.ROOT,
                          "%s has no '%s': glibc 2.33 or later is needed.",
                          library.origin(),
                          name))),
          type);
    }

    @Override
    public String version() {
      try {
        return "glibc " + DynamicLinker.string((long) getVersion.invokeExact());
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public void apply(Settings settings) {
      for (Setting setting : Family.given(SETTINGS, settings)) {
        Integer parameter = MALLOPT.get(setting.key());
        if (parameter == null) {
          requireTunable(setting, settings);
        } else {
          mallopt(parameter, (int) settings.number(setting.key()));
        }
      }
    }

    private void mallopt(int parameter, int value) {
      try {
        int accepted = (int) mallopt.invokeExact(parameter, value);
        if (accepted == 0) {
          throw new AllocatorException(
              String.format(Locale.ROOT, "mallopt(%d, %d) was refused.", parameter, value));
        }
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    /** The thread cache is set at the start of the process only. */
    private static void requireTunable(Setting setting, Settings settings) {
      String tunables = System.getenv().getOrDefault("GLIBC_TUNABLES", "");
      String needed = tunable(setting, settings);
      if (!List.of(tunables.split(":")).contains(needed)) {
        throw new AllocatorException(
            String.format(
                Locale.ROOT,
                """
                native-glibc cannot change '%s' in a running process: glibc reads it at the start only.
                  Start with GLIBC_TUNABLES=%s in the environment (it is now '%s').\
                """,
                setting.key(),
                needed,
                tunables));
      }
    }

    @Override
    public void trim(long pad) {
      try {
        int unused = (int) mallocTrim.invokeExact(pad);
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public SequencedMap<String, Long> counters() {
      SequencedMap<String, Long> counters = new LinkedHashMap<>();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment info = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
        for (int i = 0; i < MALLINFO2.size(); i++) {
          counters.put(MALLINFO2.get(i), info.getAtIndex(JAVA_LONG, i));
        }
        return counters;
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }
  }
}
