package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.options.GlibcOptions;
import heapstakes.allocator.options.LibraryOption;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.setting.Settings;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The C library's own malloc, which the JVM uses too: every figure of {@link
 * LibraryControls#counters} contains the JVM's share, and settings hold for the JVM as well.
 */
final class GlibcFamily implements Family {
  private static final LibraryOptions STOCK = GlibcOptions.ofLibrary("2.36");

  private static final Pattern RELEASE =
      Pattern.compile("GNU C Library [^\\n]*release version ([0-9.]*[0-9])");

  @Override
  public String name() {
    return "glibc";
  }

  @Override
  public Optional<String> releaseIn(String text) {
    return Family.find(RELEASE, text);
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has("gnu_get_libc_version");
  }

  @Override
  public LibraryOptions options() {
    return STOCK;
  }

  @Override
  public LibraryOptions options(String release) {
    return release.matches("[0-9]+\\.[0-9]+.*") ? GlibcOptions.ofLibrary(release) : options();
  }

  /**
   * None: glibc read them before this program ran; {@link LibraryControls#apply} sets what can be
   * set.
   */
  @Override
  public SequencedMap<String, String> environment(Settings settings, String prefix) {
    return new LinkedHashMap<>();
  }

  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    return new GlibcControls(library);
  }

  private static final class GlibcControls implements LibraryControls {
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
      for (String key : settings.given().keySet()) {
        Integer parameter = GlibcOptions.MALLOPT.get(key);
        long value = settings.number(key);
        if (parameter == null || value != (int) value) {
          requireInEnvironment(STOCK.find(key).orElseThrow(), settings);
        } else {
          mallopt(parameter, (int) value);
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

    /** The thread cache, and what is no 32-bit number, is set at the start of the process only. */
    private static void requireInEnvironment(LibraryOption option, Settings settings) {
      String variable = option.variable().name();
      String needed = option.text(settings);
      String present = System.getenv().getOrDefault(variable, "");
      boolean isThere =
          option.isAlone()
              ? present.equals(needed)
              : List.of(present.split(option.variable().between())).contains(needed);
      if (!isThere) {
        throw new AllocatorException(
            String.format(
                Locale.ROOT,
                """
                native-glibc cannot change '%s' in a running process: glibc reads it at the start only.
                  Start with %s=%s in the environment (it is now '%s').\
                """,
                option.setting().key(),
                variable,
                needed,
                present));
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
