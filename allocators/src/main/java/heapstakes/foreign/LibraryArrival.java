package heapstakes.foreign;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.foreign.store.Delivery;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.foreign.store.SharedObject;
import heapstakes.foreign.store.StoredLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the allocators of {@code libraries.tsv} in what a user has downloaded, and keeps them. */
public final class LibraryArrival {
  private static final Pattern NUMBERS = Pattern.compile("^([0-9]+(?:\\.[0-9]+)*)");
  private static final Pattern IN_FILE_NAME = Pattern.compile("\\.so\\.([0-9]+(?:\\.[0-9]+)+)$");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+~_-]*");

  private static final Map<String, Optional<String>> INSTALLED = new ConcurrentHashMap<>();

  private final LibraryStore store;

  /** Into {@code store}. */
  public LibraryArrival(LibraryStore store) {
    this.store = store;
  }

  /**
   * What came of a library.
   *
   * @param library as it is kept
   * @param isNew else the same file was there before
   */
  public record Kept(StoredLibrary library, boolean isNew) {}

  /**
   * Adds every allocator that is in {@code files}, with what it needs of them.
   *
   * @param files packages, folders and libraries, which belong together
   * @param as {@code NAME@VERSION} for the only one in there; empty: as the library states it
   * @throws AllocatorException when there is none, or it cannot be kept
   */
  public List<Kept> add(List<Path> files, Optional<String> as) {
    Delivery delivery = Delivery.of(files);
    List<ListedLibrary> found =
        ListedLibrary.all().stream().filter(l -> main(l, delivery).isPresent()).toList();
    if (found.isEmpty()) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              """
              there is no allocator that Heapstakes knows in %s, but: %s.
                What another one needs is added in one command with it; any other malloc is run as native:/path/lib.so\
              """,
              delivery,
              String.join(", ", delivery.sonames())));
    }
    as.ifPresent(name -> requireOnly(name, found));
    List<Kept> kept = new ArrayList<>();
    for (ListedLibrary listed : found) { // the C library comes first: the others are its company
      SharedObject main = main(listed, delivery).orElseThrow();
      Optional<StoredLibrary> cLibrary =
          kept.stream().map(Kept::library).filter(StoredLibrary::isCLibrary).findFirst();
      kept.add(keep(listed, main, delivery, as, cLibrary));
    }
    return kept;
  }

  private static Optional<SharedObject> main(ListedLibrary listed, Delivery delivery) {
    return listed.sonames().stream().map(delivery::find).flatMap(Optional::stream).findFirst();
  }

  private static void requireOnly(String as, List<ListedLibrary> found) {
    List<String> names = found.stream().map(ListedLibrary::name).toList();
    String[] parts = as.split("@", -1);
    boolean fits =
        found.size() == 1
            && parts.length == 2
            && parts[0].equals(names.getFirst())
            && VERSION.matcher(parts[1]).matches();
    if (!fits) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "--as %s does not fit: found was %s.\n  Write %s.",
              as,
              String.join(", ", names),
              found.size() == 1
                  ? "--as " + names.getFirst() + "@VERSION, e.g. @5.3.0-mine"
                  : "no --as, or add one at a time"));
    }
  }

  private Kept keep(
      ListedLibrary listed,
      SharedObject main,
      Delivery delivery,
      Optional<String> as,
      Optional<StoredLibrary> cLibrary) {
    String sha256 = SharedLibrary.digest(main.content());
    Optional<StoredLibrary> same =
        store.all().stream()
            .filter(l -> l.name().equals(listed.name()) && l.sha256().equals(sha256))
            .filter(l -> as.isEmpty() || as.get().equals(l.toString()))
            .findFirst();
    if (same.isPresent()) {
      return new Kept(same.get(), false);
    }
    String release = release(listed, main, as);
    String version =
        as.map(name -> name.substring(name.indexOf('@') + 1))
            .orElseGet(() -> version(listed, release, main.packageVersion()));
    StoredLibrary facts =
        new StoredLibrary(
            listed.name(),
            version,
            release,
            listed.family().title() + " " + version,
            store.folder(),
            main.soname(),
            String.valueOf(main.origin().getFileName()),
            sha256,
            cLibrary.map(StoredLibrary::toString).orElse(""));
    return new Kept(store.add(facts, delivery.with(main)), true);
  }

  /** As the library itself states it, else as its package or its file name has it. */
  private static String release(ListedLibrary listed, SharedObject main, Optional<String> as) {
    return listed
        .family()
        .releaseIn(text(main.content()))
        .or(() -> main.packageVersion().flatMap(v -> Family.find(NUMBERS, v)))
        .or(() -> Family.find(IN_FILE_NAME, main.path()))
        .or(() -> as.map(name -> name.substring(name.indexOf('@') + 1)))
        .orElseThrow(() ->
            new AllocatorException(
                String.format(
                    Locale.ROOT,
                    "%s does not say which version it is.\n  Say it: --as %s@VERSION",
                    main.path(),
                    listed.name())));
  }

  /** The release, unless that is taken: then the package's version, which tells builds apart. */
  private String version(ListedLibrary listed, String release, Optional<String> ofPackage) {
    boolean isTaken =
        installedRelease(listed).filter(release::equals).isPresent()
            || store.all().stream()
                .anyMatch(l -> l.name().equals(listed.name()) && l.version().equals(release));
    Matcher plain = VERSION.matcher(ofPackage.orElse(""));
    return isTaken && plain.matches() ? ofPackage.orElseThrow() : release;
  }

  /** The version of the installed library, which is not loaded for that; empty if it has none. */
  static Optional<String> installedRelease(ListedLibrary listed) {
    return INSTALLED.computeIfAbsent(
        listed.name(), name -> listed.file().flatMap(file -> release(listed, file)));
  }

  private static Optional<String> release(ListedLibrary listed, Path file) {
    try {
      return listed.family().releaseIn(text(Files.readAllBytes(file)));
    } catch (IOException e) {
      return Optional.empty(); // who loads it says so
    }
  }

  /** What a library says of itself in its file, which is not loaded; else the file's digest. */
  static String statement(Path file) {
    byte[] content = content(file);
    return Statement.in(text(content))
        .map(said -> said.family.title() + " " + said.release)
        .orElseGet(() -> "sha256 " + SharedLibrary.digest(content).substring(0, 12));
  }

  /**
   * The options of a library's family in its version, told by its file; none if it says neither.
   */
  static LibraryOptions options(Path file) {
    return Statement.in(text(content(file)))
        .map(said -> said.family.options(said.release))
        .orElse(LibraryOptions.NONE);
  }

  private record Statement(Family family, String release) {
    static Optional<Statement> in(String text) {
      return Families.ALL.stream()
          .filter(Family::canBeOpened)
          .flatMap(family ->
              family.releaseIn(text).map(release -> new Statement(family, release)).stream())
          .findFirst();
    }
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
