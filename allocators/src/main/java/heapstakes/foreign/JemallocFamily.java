package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heapstakes.allocator.options.JemallocOptions;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.setting.Release;
import heapstakes.setting.Settings;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** jemalloc, controlled by {@code MALLOC_CONF} at load time and by mallctl(3) later. */
final class JemallocFamily implements Family {
  private static final Pattern RELEASE =
      Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+)-[0-9]+-g[0-9a-f]+");

  @Override
  public String name() {
    return "jemalloc";
  }

  @Override
  public Optional<String> releaseIn(String text) {
    return Family.find(RELEASE, text);
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has(prefix + "mallctl");
  }

  @Override
  public LibraryOptions options() {
    return JemallocOptions.ALL;
  }

  @Override
  public LibraryOptions options(String release) {
    if (Release.isOf(release, "5.2.1")) {
      return JemallocOptions.UNTIL_5_2_1;
    }
    return Release.isOf(release, "5.3.1") ? JemallocOptions.SINCE_5_3_1 : options();
  }

  @Override
  public SequencedMap<String, String> environment(Settings settings, String prefix) {
    SequencedMap<String, String> environment = new LinkedHashMap<>();
    // Which of these a version has was seen to before: it has none but these.
    String conf =
        JemallocOptions.SINCE_5_3_1.environment(settings.given()).get(JemallocOptions.CONF.name());
    if (conf != null) {
      String variable = prefix.toUpperCase(Locale.ROOT) + JemallocOptions.CONF.name();
      String inherited = System.getenv().getOrDefault(variable, "");
      environment.put(variable, inherited.isEmpty() ? conf : inherited + "," + conf);
    }
    return environment;
  }

  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    return new JemallocControls(library.find(prefix + "mallctl").orElseThrow(), library.origin());
  }

  private static final class JemallocControls implements LibraryControls {
    // MALLCTL_ARENAS_ALL = 4096: every arena together.
    private static final List<String> SIZES =
        List.of(
            "stats.allocated",
            "stats.active",
            "stats.metadata",
            "stats.resident",
            "stats.mapped",
            "stats.retained",
            "stats.arenas.4096.pactive",
            "stats.arenas.4096.pdirty",
            "stats.arenas.4096.pmuzzy",
            "stats.arenas.4096.dirty_npurge",
            "stats.arenas.4096.dirty_nmadvise",
            "stats.arenas.4096.dirty_purged",
            "stats.arenas.4096.muzzy_npurge",
            "stats.arenas.4096.muzzy_nmadvise",
            "stats.arenas.4096.muzzy_purged",
            "stats.arenas.4096.tcache_bytes",
            "stats.arenas.4096.small.allocated",
            "stats.arenas.4096.small.nmalloc",
            "stats.arenas.4096.small.ndalloc",
            "stats.arenas.4096.large.allocated",
            "stats.arenas.4096.large.nmalloc",
            "stats.arenas.4096.large.ndalloc");

    // int mallctl(const char *name, void *oldp, size_t *oldlenp, void *newp, size_t newlen)
    private final MethodHandle mallctl;
    private final String origin;

    JemallocControls(long mallctl, String origin) {
      this.origin = origin;
      this.mallctl =
          DynamicLinker.downcall(
              mallctl,
              FunctionDescriptor.of(
                  JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    /** Value of a 64-bit control; empty where this build does not have it. */
    private OptionalLong read(String name) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment value = arena.allocate(JAVA_LONG);
        MemorySegment length = arena.allocateFrom(JAVA_LONG, JAVA_LONG.byteSize());
        int error =
            (int)
                mallctl.invokeExact(
                    arena.allocateFrom(name).address(), value.address(), length.address(), 0L, 0L);
        return error == 0 ? OptionalLong.of(value.get(JAVA_LONG, 0)) : OptionalLong.empty();
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    /** A release says {@code 5.3.0-0-g54eaed1…}; a build without its history says nothing. */
    @Override
    public String version() {
      OptionalLong text = read("version");
      String version = text.isEmpty() ? "" : DynamicLinker.string(text.getAsLong());
      return version.isEmpty() || version.contains("missing_version")
          ? origin
          : "jemalloc " + version.replaceFirst("-0-g[0-9a-f]+$", "");
    }

    /** Purges every arena, as {@code arena.<MALLCTL_ARENAS_ALL>.purge} does. */
    @Override
    public void trim(long pad) {
      try (Arena arena = Arena.ofConfined()) {
        int unused =
            (int)
                mallctl.invokeExact(
                    arena.allocateFrom("arena.4096.purge").address(), 0L, 0L, 0L, 0L);
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    /** Statistics are snapshots that writing the epoch renews. */
    private void renew() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment epoch = arena.allocateFrom(JAVA_LONG, 1);
        int unused =
            (int)
                mallctl.invokeExact(
                    arena.allocateFrom("epoch").address(), 0L, 0L, epoch.address(), 8L);
      } catch (Throwable e) {
        throw DynamicLinker.unexpected(e);
      }
    }

    @Override
    public SequencedMap<String, Long> counters() {
      renew();
      SequencedMap<String, Long> counters = new LinkedHashMap<>();
      for (String name : SIZES) {
        read(name).ifPresent(value -> counters.put(name, value));
      }
      return counters;
    }

    @Override
    public long metadataBytes() {
      renew();
      return read("stats.metadata").orElse(-1);
    }
  }
}
