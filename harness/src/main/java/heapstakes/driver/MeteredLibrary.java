package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.RealLibrary.Loader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A malloc library, and how it gets into a process.
 *
 * @param name what to call it to a user, e.g. {@code native-jemalloc}
 * @param file the library; empty for the C library's malloc, which is always there
 * @param prefix before its functions' names. With none the library is preloaded, as users deploy
 *     it; with one it is opened by the driver
 * @param loader that must start the process; empty: this machine's own
 */
public record MeteredLibrary(
    String name, Optional<Path> file, String prefix, Optional<Loader> loader) {
  /** dlopen of a library built for preloading needs this room for its thread-local blocks. */
  private static final String STATIC_TLS = "glibc.rtld.optional_static_tls=16384";

  /** Before variables for the second of two loaders, as in start.c. */
  private static final String LATER = "LATER_";

  /** The C library's malloc. */
  public static MeteredLibrary glibc() {
    return new MeteredLibrary("native-glibc", Optional.empty(), "", Optional.empty());
  }

  /** A library that replaces malloc wherever it is preloaded. */
  public static MeteredLibrary preloaded(String name, Path file) {
    return new MeteredLibrary(name, Optional.of(file), "", Optional.empty());
  }

  /** A library whose functions are named {@code prefix + "malloc"} and so on. */
  public static MeteredLibrary prefixed(String name, Path file, String prefix) {
    return new MeteredLibrary(name, Optional.of(file), prefix, Optional.empty());
  }

  /** A contestant that is a real library; empty for what is none that is a file. */
  public static Optional<MeteredLibrary> of(Contestant contestant) {
    return contestant
        .provider()
        .library()
        .map(library ->
            new MeteredLibrary(
                contestant.toString(), library.file(), library.prefix(), library.loader()));
  }

  /** The variables that set it as {@code contestant} is set, by the names that its build reads. */
  public static Map<String, String> environment(Contestant contestant) {
    return contestant
        .provider()
        .library()
        .<Map<String, String>>map(library -> library.named(contestant.environment()))
        .orElseGet(contestant::environment);
  }

  /** Whether the loader puts it before the C library, as users have it. */
  public boolean isPreloaded() {
    return file.isPresent() && prefix.isEmpty();
  }

  /** Whether what runs with it must be linked with musl. */
  public boolean isOfMusl() {
    return loader.filter(own -> own.kind() == Loader.Kind.MUSL).isPresent();
  }

  /**
   * The first words of a command that runs {@code driver} with it.
   *
   * @param starter a driver that this machine's loader starts
   */
  List<String> commandFor(Path starter, Path driver) {
    List<String> command = new ArrayList<>(List.of(starter.toString()));
    loader.ifPresent(own -> {
      command.add("exec");
      command.addAll(own.words());
      command.add(driver.toString());
    });
    return command;
  }

  /** Sets what the driver's loader reads. */
  void addTo(Map<String, String> environment) {
    addTo(environment, loader.isPresent() ? LATER : "");
  }

  /** Sets what the loader of a process reads that another program starts, which is not to. */
  public void addToLater(Map<String, String> environment) {
    addTo(environment, LATER);
  }

  private void addTo(Map<String, String> environment, String mark) {
    if (file.isPresent() && !isPreloaded()) {
      environment.merge("GLIBC_TUNABLES", STATIC_TLS, (a, b) -> a + ":" + b);
    }
    List<String> preloads = new ArrayList<>();
    if (isPreloaded()) {
      preloads.add(file.orElseThrow().toString());
    }
    loader.map(Loader::preloads).ifPresent(preloads::addAll);
    if (!preloads.isEmpty()) {
      environment.put(mark + "LD_PRELOAD", String.join(":", preloads));
    }
  }
}
