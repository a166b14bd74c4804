package heapstakes.foreign.store;

import heapstakes.allocator.RealLibrary.Loader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who must start a program so that a library finds all that it needs.
 *
 * @param loader empty: this machine's own does
 * @param problem what is missing, and what to add; empty for nothing
 */
public record Linkage(Optional<Loader> loader, Optional<String> problem) {
  private static final Linkage OF_THIS_MACHINE = new Linkage(Optional.empty(), Optional.empty());

  /** Of a C library, whose loader is its own; empty for any other file. */
  public static Optional<Loader> ofCLibrary(Path file) {
    return CLibrary.of(file.getFileName().toString())
        .map(c -> c.loader(file, List.of(folderOf(file))));
  }

  /** Of a library that was added. */
  public static Linkage of(StoredLibrary library, LibraryStore store) {
    return ofCLibrary(library.file())
        .map(Linkage::by)
        .orElseGet(() -> of(library.file(), List.of(library.folder()), store, library.company()));
  }

  /**
   * Of any file.
   *
   * @param folders where what it needs may lie besides
   */
  public static Linkage of(Path file, List<Path> folders, LibraryStore store) {
    return of(file, folders, store, "");
  }

  private static Linkage of(Path file, List<Path> folders, LibraryStore store, String company) {
    if (new Search(List.of()).follow(file).allOfThisMachine()) {
      return OF_THIS_MACHINE;
    }
    Search search = new Search(folders).follow(file);
    if (!search.missing.isEmpty()) {
      return problem(
          String.format(
              Locale.ROOT,
              """
              it needs %s, which is not here in a version that fits.
                Add both in one command: heapstakes library add %s THE-PACKAGE-WITH-IT\
              """,
              String.join(" and ", search.missing),
              file.getFileName()));
    }
    return search
        .cLibrary(store, company)
        .map(Linkage::by)
        .orElseGet(() -> problem(search.wantsCLibrary(file)));
  }

  private static Path folderOf(Path file) {
    return file.resolveSibling("");
  }

  private static Linkage by(Loader loader) {
    return new Linkage(Optional.of(loader), Optional.empty());
  }

  private static Linkage problem(String text) {
    return new Linkage(Optional.empty(), Optional.of(text));
  }

  /** Goes from a file to what it needs, and from there on. */
  private static final class Search {
    private final List<Path> folders;
    private final Map<String, Set<String>> ofTheCLibrary = new LinkedHashMap<>();
    private final Set<Path> ofTheLibrary = new LinkedHashSet<>();
    private final Set<Path> ofTheSystem = new LinkedHashSet<>();
    private final List<String> missing = new ArrayList<>();

    Search(List<Path> folders) {
      this.folders = folders;
    }

    Search follow(Path file) {
      Set<String> seen = new LinkedHashSet<>();
      Deque<Path> open = new ArrayDeque<>(List.of(file));
      while (!open.isEmpty()) {
        Path next = open.pop();
        ElfFile elf = ElfFile.read(next).orElse(null);
        if (elf == null) {
          continue; // who loads it says so
        }
        for (String soname : elf.needed()) {
          Set<String> versions = elf.wanted().getOrDefault(soname, Set.of());
          if (CLibrary.isPart(soname)) {
            ofTheCLibrary.computeIfAbsent(soname, name -> new LinkedHashSet<>()).addAll(versions);
          } else if (seen.add(soname)) {
            find(soname, versions)
                .ifPresentOrElse(open::push, () -> missing.add(wish(soname, versions)));
          }
        }
      }
      return this;
    }

    private static String wish(String soname, Set<String> versions) {
      return versions.isEmpty()
          ? soname
          : String.format(
              Locale.ROOT,
              "%s with %s",
              soname,
              versions.stream().max(LibraryStore::compareVersions).orElseThrow());
    }

    private Optional<Path> find(String soname, Set<String> versions) {
      Optional<Path> added =
          folders.stream()
              .map(folder -> folder.resolve(soname))
              .filter(file -> fits(file, versions))
              .findFirst();
      added.ifPresent(file -> ofTheLibrary.add(folderOf(file)));
      return added.or(() -> installed(soname, versions));
    }

    private Optional<Path> installed(String soname, Set<String> versions) {
      Optional<Path> file = SystemLibraries.find(soname).filter(f -> fits(f, versions));
      file.ifPresent(f -> ofTheSystem.add(folderOf(f)));
      return file;
    }

    private static boolean fits(Path file, Set<String> versions) {
      return ElfFile.read(file).filter(elf -> elf.provides(versions)).isPresent();
    }

    boolean allOfThisMachine() {
      return missing.isEmpty()
          && ofTheCLibrary.entrySet().stream()
              .allMatch(e ->
                  SystemLibraries.find(e.getKey()).filter(f -> fits(f, e.getValue())).isPresent());
    }

    /** This machine's own if it has what is wanted, else {@code company}, else the oldest. */
    Optional<Loader> cLibrary(LibraryStore store, String company) {
      List<Path> candidates = new ArrayList<>();
      if (allOfThisMachine()) {
        SystemLibraries.find(CLibrary.GLIBC_SONAME).ifPresent(candidates::add);
      }
      store.all().stream()
          .filter(library -> library.soname().equals(CLibrary.GLIBC_SONAME))
          .sorted(Comparator.comparing(library -> !library.toString().equals(company)))
          .map(StoredLibrary::file)
          .filter(this::hasWhatIsWanted)
          .forEach(candidates::add);
      return candidates.stream()
          .findFirst()
          .map(file -> CLibrary.GLIBC.loader(file, with(folderOf(file))));
    }

    private boolean hasWhatIsWanted(Path cLibrary) {
      return ofTheCLibrary.entrySet().stream()
          .allMatch(e -> fits(cLibrary.resolveSibling(e.getKey()), e.getValue()));
    }

    private List<Path> with(Path folder) {
      Set<Path> all = new LinkedHashSet<>(ofTheLibrary);
      all.add(folder);
      all.addAll(ofTheSystem);
      return List.copyOf(all);
    }

    String wantsCLibrary(Path file) {
      Set<String> versions = new LinkedHashSet<>();
      ofTheCLibrary.values().forEach(versions::addAll);
      String newest =
          versions.stream()
              .filter(version -> version.matches("GLIBC_[0-9.]+"))
              .max(LibraryStore::compareVersions)
              .orElse("another C library");
      return String.format(
          Locale.ROOT,
          """
          %s needs %s, which neither this machine's C library nor an added one has.
            Add the C library of the distribution that it came from: heapstakes library add libc6_….deb\
          """,
          file.getFileName(),
          newest);
    }
  }
}
