package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.foreign.SharedLibrary.LoadFailure;
import heapstakes.setting.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One real allocator at work in this process. It is loaded once, with the settings of whoever came
 * first, and stays.
 */
final class NativeLibrary {
  private static final Map<String, NativeLibrary> LOADED = new LinkedHashMap<>();

  private final String name;
  private final String settings;
  private final SharedLibrary library;
  private final LibraryControls controls;
  private final ThreadAllocator thread;

  private NativeLibrary(
      String name, Family family, SharedLibrary library, String prefix, Settings settings) {
    MallocSymbols symbols = MallocSymbols.bind(library, prefix);
    this.name = name;
    this.settings = settings.toString();
    this.library = library;
    this.controls = family.bind(library, prefix);
    this.thread = symbols.define(controls);
    controls.apply(settings);
  }

  /** Every one that was loaded so far, in order. */
  static synchronized Map<String, NativeLibrary> loaded() {
    return new LinkedHashMap<>(LOADED);
  }

  /** The one loaded under {@code name}, whatever its settings; else loads it with the defaults. */
  static synchronized NativeLibrary any(String name, Loader loader, Settings defaults) {
    NativeLibrary known = LOADED.get(name);
    return known != null ? known : load(name, loader, defaults);
  }

  /**
   * The one loaded under {@code name}, with exactly these settings.
   *
   * @throws AllocatorException when it is there with others, or cannot be loaded
   */
  static synchronized NativeLibrary with(String name, Loader loader, Settings settings) {
    NativeLibrary known = LOADED.get(name);
    if (known == null) {
      return load(name, loader, settings);
    }
    requireSettings(known, name, settings.toString());
    return known;
  }

  private static NativeLibrary load(String name, Loader loader, Settings settings) {
    try {
      NativeLibrary library = loader.load(settings);
      requireSameSettings(library);
      LOADED.put(name, library);
      return library;
    } catch (LoadFailure e) {
      throw new AllocatorException(
          String.format(Locale.ROOT, "%s cannot be loaded: %s", name, e.getMessage()));
    }
  }

  /** The same file may have come in under another name. */
  private static void requireSameSettings(NativeLibrary library) {
    for (NativeLibrary other : LOADED.values()) {
      if (other.library.handle() == library.library.handle()) {
        requireSettings(other, library.name, library.settings);
      }
    }
  }

  private static void requireSettings(NativeLibrary known, String name, String settings) {
    if (!known.settings.equals(settings)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              """
              %s is already loaded as %s with other settings: '%s', now wanted: '%s'.
                A real library takes its settings once a process: run one choice a process.\
              """,
              name,
              known.name,
              known.settings,
              settings));
    }
  }

  /** How one library is loaded. */
  @FunctionalInterface
  interface Loader {
    NativeLibrary load(Settings settings) throws LoadFailure;
  }

  /**
   * Loads a library of {@code libraries.tsv}; where no jemalloc is installed, the bundled one. It
   * does not stand in for one that cannot be loaded: its figures would be told under that name.
   */
  static NativeLibrary load(ListedLibrary listed, Settings settings) throws LoadFailure {
    Path file = listed.file().orElse(null);
    if (file != null) {
      return load(listed.name(), listed, file, settings);
    }
    if (!listed.hasBundledSubstitute()) {
      throw new LoadFailure(listed.absence());
    }
    setEnvironment(listed.family().environment(settings, BundledJemalloc.PREFIX));
    return new NativeLibrary(
        listed.name(), listed.family(), BundledJemalloc.load(), BundledJemalloc.PREFIX, settings);
  }

  /** Loads a file of {@code listed}'s family under a name of its own. */
  static NativeLibrary load(String name, ListedLibrary listed, Path file, Settings settings)
      throws LoadFailure {
    setEnvironment(listed.family().environment(settings, listed.prefix()));
    try {
      SharedLibrary library = SharedLibrary.load(file, file.toString());
      return new NativeLibrary(name, listed.family(), library, listed.prefix(), settings);
    } catch (LoadFailure e) {
      throw new LoadFailure(explain(e));
    }
  }

  /** Loads any library by its path; its family shows by its symbols. */
  static NativeLibrary load(
      String name, Path file, String prefix, LibraryOptions options, Settings settings)
      throws LoadFailure {
    setEnvironment(options.environment(settings.given()));
    try {
      SharedLibrary library = SharedLibrary.load(file, file.toString());
      Family family =
          Families.ALL.stream().filter(f -> f.includes(library, prefix)).findFirst().orElseThrow();
      return new NativeLibrary(name, family, library, prefix, settings);
    } catch (LoadFailure e) {
      throw new LoadFailure(explain(e));
    }
  }

  private static void setEnvironment(Map<String, String> variables) {
    variables.forEach(DynamicLinker::setenv);
  }

  private static String explain(LoadFailure failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("static TLS")
        ? message + "\n  Start with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384 set."
        : message;
  }

  Allocator allocator() {
    return new ForeignAllocator(thread, controls);
  }

  String version() {
    return controls.version();
  }

  /** What it is, for a run's record of its environment. */
  LibraryFile file() {
    return new LibraryFile(name, version(), library.origin(), library.sha256());
  }
}
