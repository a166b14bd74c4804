package heapstakes.foreign.store;

import heapstakes.allocator.AllocatorException;
import heapstakes.file.PrivateFolder;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The folder with the libraries that were added. */
public final class LibraryStore {
  private static final String FACTS = "library.properties";
  private static final String UNFINISHED = ".adding-";

  private final Path folder;

  /** One in {@code folder}, which is made when something is added. */
  public LibraryStore(Path folder) {
    this.folder = folder;
  }

  /**
   * The user's: {@code -Dheapstakes.libraries=DIR}, else {@code heapstakes/libraries} in
   * XDG_DATA_HOME, else in {@code ~/.local/share}.
   */
  public static LibraryStore ofUser() {
    String given = System.getProperty("heapstakes.libraries");
    if (given != null) {
      return new LibraryStore(Path.of(given).toAbsolutePath());
    }
    String data = System.getenv().getOrDefault("XDG_DATA_HOME", "");
    String home = System.getenv().getOrDefault("HOME", "");
    Path base =
        data.startsWith("/")
            ? Path.of(data)
            : Path.of(
                home.startsWith("/") ? home : System.getProperty("user.home"), ".local", "share");
    return new LibraryStore(base.resolve("heapstakes").resolve("libraries"));
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** What was added, by name, older versions first. */
  public List<StoredLibrary> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .map(LibraryStore::read)
          .flatMap(Optional::stream)
          .sorted(
              Comparator.comparing(StoredLibrary::name)
                  .thenComparing(StoredLibrary::version, LibraryStore::compareVersions))
          .toList();
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  /** That of {@code name} whose version is {@code wanted}, best that has all of it. */
  public Optional<StoredLibrary> find(String name, String wanted) {
    List<StoredLibrary> candidates =
        all().stream().filter(l -> l.name().equals(name) && l.answersTo(wanted)).toList();
    return candidates.stream()
        .filter(library -> library.version().equals(wanted))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  /**
   * Adds a library, all of it or nothing.
   *
   * @param facts of the library; its folder is chosen here
   * @param objects its own and those that it needs, no soname twice
   * @throws AllocatorException when there is one of that name and version, or it cannot be written
   */
  public StoredLibrary add(StoredLibrary facts, List<SharedObject> objects) {
    Path target = folder.resolve(facts.toString());
    if (Files.exists(target)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "%s is there already.\n  Give this one another version with --as %s@VERSION, or remove that: heapstakes library remove %s",
              facts,
              facts.name(),
              facts));
    }
    try {
      requirePrivate();
      Path unfinished = Files.createTempDirectory(folder, UNFINISHED);
      try {
        for (SharedObject object : objects) {
          Path file = unfinished.resolve(object.soname());
          Files.write(file, object.content());
          ownerOnly(file); // the loader among them is executed
        }
        write(facts, unfinished.resolve(FACTS));
        ownerOnly(unfinished.resolve(FACTS));
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(unfinished);
      }
      return read(target).orElseThrow();
    } catch (IOException e) {
      throw failure("written to", e);
    }
  }

  /**
   * Removes what was added.
   *
   * @throws AllocatorException when there is none of that name and version
   */
  public void remove(String nameAndVersion) {
    StoredLibrary library =
        all().stream()
            .filter(l -> l.toString().equals(nameAndVersion))
            .findFirst()
            .orElseThrow(() ->
                new AllocatorException(
                    String.format(
                        Locale.ROOT,
                        "%s was not added.\n  What was: %s",
                        nameAndVersion,
                        String.join(", ", all().stream().map(StoredLibrary::toString).toList()))));
    try {
      Path leaving = Files.createTempDirectory(folder, UNFINISHED);
      Files.move(library.folder(), leaving.resolve("removed"), StandardCopyOption.ATOMIC_MOVE);
      delete(leaving.resolve("removed"));
      Files.delete(leaving);
    } catch (IOException e) {
      throw failure("written to", e);
    }
  }

  /** Loaders are executed from there: nobody else may put one in. */
  private void requirePrivate() {
    PrivateFolder.refusal(folder)
        .ifPresent(why -> {
          throw new AllocatorException(
              String.format(
                  Locale.ROOT,
                  "libraries cannot be kept: %s.\n  Make it yours alone, or name another: XDG_DATA_HOME=/path",
                  why));
        });
  }

  private AllocatorException failure(String what, IOException cause) {
    return new AllocatorException(
        String.format(
            Locale.ROOT,
            "the folder of added libraries, %s, cannot be %s: %s\n  Make it so, or name another: XDG_DATA_HOME=/path",
            folder,
            what,
            cause));
  }

  private static void ownerOnly(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
  }

  private static void delete(Path entry) throws IOException {
    if (!Files.isDirectory(entry)) {
      return;
    }
    try (Stream<Path> files = Files.list(entry)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(entry);
  }

  private static void write(StoredLibrary facts, Path file) throws IOException {
    Properties text = new Properties();
    text.setProperty("name", facts.name());
    text.setProperty("version", facts.version());
    text.setProperty("release", facts.release());
    text.setProperty("statement", facts.statement());
    text.setProperty("soname", facts.soname());
    text.setProperty("origin", facts.origin());
    text.setProperty("sha256", facts.sha256());
    text.setProperty("company", facts.company());
    try (Writer out = Files.newBufferedWriter(file)) {
      text.store(out, null);
    }
  }

  /** What an entry says; empty when it is none. */
  private static Optional<StoredLibrary> read(Path entry) {
    Properties text = new Properties();
    try (Reader in = Files.newBufferedReader(entry.resolve(FACTS))) {
      text.load(in);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
    StoredLibrary library =
        new StoredLibrary(
            text.getProperty("name", ""),
            text.getProperty("version", ""),
            text.getProperty("release", ""),
            text.getProperty("statement", ""),
            entry,
            text.getProperty("soname", ""),
            text.getProperty("origin", ""),
            text.getProperty("sha256", ""),
            text.getProperty("company", ""));
    boolean isOurs =
        PrivateFolder.isOwn(library.file()) && PrivateFolder.isOwn(entry.resolve(FACTS));
    return isOurs ? Optional.of(library) : Optional.empty();
  }

  /** Numbers by their value, the rest as text. */
  static int compareVersions(String a, String b) {
    String[] as = a.split("[^0-9]+", -1);
    String[] bs = b.split("[^0-9]+", -1);
    for (int i = 0; i < Math.min(as.length, bs.length); i++) {
      int order =
          as[i].length() != bs[i].length()
              ? Integer.compare(as[i].length(), bs[i].length())
              : as[i].compareTo(bs[i]);
      if (order != 0) {
        return order;
      }
    }
    return a.compareTo(b);
  }
}
