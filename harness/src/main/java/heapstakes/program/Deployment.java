package heapstakes.program;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.RealLibrary.Loader;
import heapstakes.allocator.ShellLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How programs are started with a library and its settings.
 *
 * @param library how a program gets it; empty for what every program has
 * @param settings variables that set it
 */
public record Deployment(Optional<RealLibrary> library, SequencedMap<String, String> settings) {
  /** Of a real library with its settings. */
  public static Deployment of(Contestant contestant) {
    return new Deployment(contestant.provider().library(), contestant.environment());
  }

  /** Why no program can be started so; empty when it can. */
  public Optional<String> obstacle() {
    if (library.isEmpty()) {
      return Optional.of("it is no library with a file that a program could load");
    }
    if (!library.get().replacesMalloc()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "its functions are called %smalloc and so on, so that it replaces nobody's malloc",
              library.get().prefix()));
    }
    if (loader().filter(own -> own.kind() == Loader.Kind.MUSL).isPresent()) {
      return Optional.of("it belongs to musl, and programs here are linked with glibc");
    }
    return file()
        .filter(file -> loader().isEmpty() && file.toString().matches(".*[ :].*"))
        .map(file ->
            String.format(
                Locale.ROOT,
                "LD_PRELOAD cannot carry the path %s: it has a blank or a colon. Link the library to a path without",
                file));
  }

  private Optional<Loader> loader() {
    return library.flatMap(RealLibrary::loader);
  }

  private Optional<Path> file() {
    return library.flatMap(RealLibrary::file);
  }

  /** The variables that a program is started with. */
  public SequencedMap<String, String> environment() {
    SequencedMap<String, String> variables = new LinkedHashMap<>();
    if (loader().isEmpty()) {
      library.ifPresent(own -> variables.putAll(own.environment()));
    }
    variables.putAll(settings);
    return variables;
  }

  /**
   * The words to start {@code program} with; only its first process has a C library of its own.
   *
   * @param program with its arguments; a path where {@link #startsFiles}
   */
  public List<String> words(List<String> program) {
    List<String> words = new ArrayList<>();
    loader()
        .ifPresent(own -> {
          words.addAll(own.words());
          file().ifPresent(file -> words.addAll(List.of("--preload", file.toString())));
        });
    words.addAll(program);
    return words;
  }

  /** Whether a loader starts the program, which looks for no command on the path. */
  public boolean startsFiles() {
    return loader().isPresent();
  }

  /** The file that shows that a program has it; empty where every program has one. */
  Optional<Path> proof() {
    return file().or(() -> loader().map(own -> own.program()));
  }

  /** A line for a shell; without a loader's, {@code program} may be empty. */
  public String line(List<String> program) {
    String variables = ShellLine.of(environment());
    String words = ShellLine.of(words(program));
    return (variables + " " + words).strip();
  }
}
