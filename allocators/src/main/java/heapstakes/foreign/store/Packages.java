package heapstakes.foreign.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a distribution calls the packages that real libraries come in.
 *
 * @param command that installs one, e.g. {@code apt-get install}
 * @param contents by library, e.g. {@code native-jemalloc}
 */
public record Packages(String command, Map<String, Content> contents) {
  private static final String RESOURCE = "packages.tsv";
  private static final List<Path> OS_RELEASE =
      List.of(Path.of("/etc/os-release"), Path.of("/usr/lib/os-release"));

  /**
   * The package of a library.
   *
   * @param name of the package
   * @param soname of the library in it; empty where that is the first one of {@code libraries.tsv}
   */
  public record Content(String name, Optional<String> soname) {
    private static Content parse(String text) {
      String[] parts = text.split(":", -1);
      return new Content(parts[0], Arrays.stream(parts).skip(1).findFirst());
    }
  }

  /** Of this machine; empty where its distribution is not known. */
  public static Optional<Packages> here() {
    return OS_RELEASE.stream()
        .filter(Files::isReadable)
        .findFirst()
        .flatMap(file -> of(lines(file)));
  }

  /**
   * Of a distribution.
   *
   * @param osRelease lines of its os-release(5)
   */
  static Optional<Packages> of(List<String> osRelease) {
    String own = value(osRelease, "ID");
    String version = value(osRelease, "VERSION_ID");
    Stream<String> like = Arrays.stream(value(osRelease, "ID_LIKE").split(" ")); // nearest first
    return Stream.concat(Stream.of(own), like)
        .filter(id -> !id.isEmpty())
        .flatMap(id ->
            table().stream()
                .filter(row -> row[0].equals(id))
                // Who is like another one counts versions of its own.
                .filter(row -> row[1].equals("*") || id.equals(own) && version.startsWith(row[1])))
        .findFirst()
        .map(row -> new Packages(row[2], contents(row[3])));
  }

  private static Map<String, Content> contents(String cell) {
    return Arrays.stream(cell.split(" "))
        .map(pair -> pair.split("="))
        .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> Content.parse(pair[1])));
  }

  private static String value(List<String> osRelease, String key) {
    return osRelease.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1).replace("\"", "").strip())
        .findFirst()
        .orElse("");
  }

  private static List<String[]> table() {
    try (InputStream in = Packages.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // it is asked for a name that may be missing anyway
    }
  }

  /**
   * The command line that installs {@code libraries}; empty where none of them has a package.
   *
   * @param libraries names as in {@code libraries.tsv}
   */
  public Optional<String> install(List<String> libraries) {
    List<String> wanted = new ArrayList<>();
    for (String library : libraries) {
      content(library).map(Content::name).ifPresent(wanted::add);
    }
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "%s %s", command, String.join(" ", wanted)));
  }

  /**
   * The package of {@code library}; empty where it has none.
   *
   * @param library name as in {@code libraries.tsv}
   */
  public Optional<Content> content(String library) {
    return Optional.ofNullable(contents.get(library));
  }
}
