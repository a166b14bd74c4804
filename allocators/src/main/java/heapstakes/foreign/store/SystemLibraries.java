package heapstakes.foreign.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The shared objects that are installed, found without loading them. */
public final class SystemLibraries {
  /** Where ld.so looks by default, Debian's and Red Hat's; what is in its path comes first. */
  private static final List<String> FOLDERS =
      List.of(
          "/usr/local/lib",
          "/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib");

  /** Where clang keeps its run-time libraries, Debian's and others'; no loader looks there. */
  private static final List<Path> COMPILERS = List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"));

  private static final PathMatcher CLANG =
      FileSystems.getDefault().getPathMatcher("glob:/usr/lib{,64}/{,llvm-*/lib/}clang/*/lib/linux");

  private static final int CLANG_DEPTH = 6;

  private SystemLibraries() {}

  /** The file that the loader takes for {@code soname}. */
  public static Optional<Path> find(String soname) {
    String loaderPath = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
    return Stream.concat(
            Stream.of(loaderPath.split(":")).filter(f -> !f.isEmpty()), FOLDERS.stream())
        .map(folder -> Path.of(folder, soname))
        .filter(Files::isRegularFile)
        .findFirst()
        .or(() -> soname.startsWith("libclang_rt.") ? ofNewestClang(soname) : Optional.empty());
  }

  private static Optional<Path> ofNewestClang(String soname) {
    return COMPILERS.stream()
        .flatMap(SystemLibraries::clangFolders)
        .map(folder -> folder.resolve(soname))
        .filter(Files::isRegularFile)
        .max(Comparator.comparing(SystemLibraries::clangNumber));
  }

  private static Stream<Path> clangFolders(Path libraries) {
    List<Path> folders = new ArrayList<>();
    for (String start : List.of("clang", "llvm-*")) {
      try (DirectoryStream<Path> starts = Files.newDirectoryStream(libraries, start)) {
        for (Path path : starts) {
          try (Stream<Path> below = Files.walk(path, CLANG_DEPTH)) {
            below.filter(CLANG::matches).forEach(folders::add);
          }
        }
      } catch (IOException | UncheckedIOException e) {
        continue; // what cannot be read holds no library for us
      }
    }
    return folders.stream();
  }

  /** Of {@code …/clang/19/lib/linux/libclang_rt.….so}. */
  private static int clangNumber(Path file) {
    String version = file.getName(file.getNameCount() - 4).toString();
    return Integer.parseInt(version.replaceFirst("\\D.*", ""));
  }
}
