package heapstakes.allocator;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * How a program gets a real malloc library.
 *
 * @param file to be preloaded if there is no prefix, else to be opened; empty: every program has
 *     it, be it of this machine or of {@code loader}
 * @param prefix before its functions' names, often empty
 * @param loader that must start the program; empty: this machine's own does, and a JVM can load the
 *     library
 */
public record RealLibrary(Optional<Path> file, String prefix, Optional<Loader> loader) {
  private static final String JEMALLOC_VARIABLE = "MALLOC_CONF";

  /**
   * A dynamic linker that starts a program with another C library than this machine's.
   *
   * @param program the linker itself
   * @param folders where it finds what the program and the library need, best first
   * @param preloads names of what programs needed besides in this C library's time
   * @param kind of C library
   */
  public record Loader(Path program, List<Path> folders, List<String> preloads, Kind kind) {
    /** Which C library it belongs to: a program is compiled for one of them. */
    public enum Kind {
      /** The GNU C library. */
      GLIBC,
      /** musl. */
      MUSL
    }

    /** What precedes the program on a command line. */
    public List<String> words() {
      return List.of(
          program.toString(),
          "--library-path",
          folders.stream().map(Path::toString).collect(Collectors.joining(":")));
    }
  }

  /** One for this machine's own loader. */
  public RealLibrary(Optional<Path> file, String prefix) {
    this(file, prefix, Optional.empty());
  }

  /** Whether its functions have the C library's names, so that programs call them. */
  public boolean replacesMalloc() {
    return prefix.isEmpty();
  }

  /** As it reads {@code settings}: who has a prefix puts it before its variable as well. */
  public SequencedMap<String, String> named(SequencedMap<String, String> settings) {
    SequencedMap<String, String> variables = new LinkedHashMap<>();
    settings.forEach((name, value) ->
        variables.put(
            name.equals(JEMALLOC_VARIABLE) ? prefix.toUpperCase(Locale.ROOT) + name : name, value));
    return variables;
  }

  /** The variables that make a program load it, e.g. LD_PRELOAD; none for what it has anyway. */
  public SequencedMap<String, String> environment() {
    SequencedMap<String, String> variables = new LinkedHashMap<>();
    if (prefix.isEmpty()) {
      file.ifPresent(f -> variables.put("LD_PRELOAD", f.toString()));
    }
    return variables;
  }
}
