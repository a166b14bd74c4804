package heapstakes.foreign;

import heapstakes.foreign.store.Packages;
import heapstakes.foreign.store.SystemLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A line of {@code libraries.tsv}: a library to look for.
 *
 * @param name of the allocator, e.g. {@code native-jemalloc}
 * @param family what it descends from
 * @param sonames file names, best first
 * @param prefix before its functions' names, often empty
 * @param debianPackage what to install to have it
 */
record ListedLibrary(
    String name, Family family, List<String> sonames, String prefix, String debianPackage) {
  private static final String RESOURCE = "libraries.tsv";

  /** Every line. */
  static List<ListedLibrary> all() {
    try (InputStream in = ListedLibrary.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(ListedLibrary::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ListedLibrary parse(String line) {
    String[] cells = line.split("\t", -1);
    if (cells.length != 5) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%s: 5 cells wanted, %d found: %s", RESOURCE, cells.length, line));
    }
    Family family =
        Families.ALL.stream()
            .filter(f -> f.name().equals(cells[1]))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(RESOURCE + ": no family " + cells[1]));
    String prefix = cells[3].equals("-") ? "" : cells[3];
    return new ListedLibrary(cells[0], family, List.of(cells[2].split(",")), prefix, cells[4]);
  }

  /** The file, found without loading it. */
  Optional<Path> file() {
    return sonames.stream().map(SystemLibraries::find).flatMap(Optional::stream).findFirst();
  }

  /** Whether one that came with us can stand in. */
  boolean hasBundledSubstitute() {
    return family instanceof JemallocFamily && BundledJemalloc.isAvailable();
  }

  /** Why it cannot be had, and how to mend that. */
  String absence() {
    String install =
        Packages.here()
            .flatMap(packages -> packages.install(List.of(name)))
            .orElse("apt-get install " + debianPackage + " (or the like)");
    return String.format(
        Locale.ROOT,
        """
        %s is not installed.
          Install it: %s, or name a file: native:/path/%s%s\
        """,
        String.join(" or ", sonames),
        install,
        sonames.getFirst(),
        prefix.isEmpty() ? "" : "," + prefix);
  }
}
