package heapstakes.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles the driver's C sources on first use and keeps the result in the user's cache folder. */
public final class DriverBuild {
  private static final List<String> HEADERS = List.of("driver.h");
  private static final List<String> SOURCES =
      List.of("driver.c", "library.c", "report.c", "resident.c", "syscalls.c");
  private static final List<String> FLAGS =
      List.of(
          "-std=gnu11",
          "-O2",
          "-g",
          "-fno-builtin",
          "-fvisibility=hidden",
          "-fPIE",
          "-pie",
          "-rdynamic",
          "-pthread",
          "-Wl,-z,now");
  private static final List<String> LIBRARIES = List.of("-ldl");
  private static final int HASH_DIGITS = 16;

  private final Map<String, String> environment;

  /**
   * @param environment variables that say where the compiler and the cache folder are
   */
  DriverBuild(Map<String, String> environment) {
    this.environment = environment;
  }

  /** With this process's environment. */
  public static DriverBuild ofThisProcess() {
    return new DriverBuild(System.getenv());
  }

  /** Why the driver cannot be had here and how to mend that; empty when it can. */
  public Optional<String> unavailable() {
    if (!isThisKindOfMachine()) {
      return Optional.of(
          "the driver of real libraries is for Linux on x86-64; this is %s on %s."
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
    }
    if (Files.isExecutable(cached()) || compiler().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        """
        no C compiler: there is no 'cc' on the path (PATH=%s), and the driver of real libraries \
        is compiled on first use.
          Install one: apt-get install gcc libc6-dev (or the like), or name one: CC=/path/to/gcc\
        """
            .formatted(environment.getOrDefault("PATH", "")));
  }

  private static boolean isThisKindOfMachine() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  /**
   * The driver's executable, compiled if it is not there yet.
   *
   * @throws DriverException when it cannot be had: see {@link #unavailable}, or the compiler failed
   */
  public Path executable() {
    unavailable()
        .ifPresent(reason -> {
          throw new DriverException(reason);
        });
    Path file = cached();
    if (!Files.isExecutable(file)) {
      compile(file);
    }
    return file;
  }

  private Path cached() {
    return cacheFolder().resolve("driver-" + digest());
  }

  private Path cacheFolder() {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        cache.startsWith("/")
            ? Path.of(cache)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".cache");
    return base.resolve("heapstakes");
  }

  /** CC, or the first cc of the path. */
  private Optional<String> compiler() {
    String named = environment.getOrDefault("CC", "");
    if (!named.isBlank()) {
      return Optional.of(named);
    }
    return Stream.of(environment.getOrDefault("PATH", "").split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "cc"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** Of whatever decides what the executable does. */
  private static String digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String name : Stream.concat(HEADERS.stream(), SOURCES.stream()).toList()) {
        sha.update(source(name));
      }
      sha.update(String.join(" ", FLAGS).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static byte[] source(String name) {
    try (InputStream in = DriverBuild.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("heapstakes/driver/" + name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Into a folder of its own, then renamed: whoever builds at the same time gets the same file. */
  private void compile(Path target) {
    Path folder = null;
    try {
      Files.createDirectories(target.getParent());
      folder = Files.createTempDirectory(target.getParent(), "build-");
      for (String name : Stream.concat(HEADERS.stream(), SOURCES.stream()).toList()) {
        Files.write(folder.resolve(name), source(name));
      }
      Path built = folder.resolve("driver");
      runCompiler(folder, built);
      Files.move(built, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new DriverException(
          """
          the driver of real libraries cannot be written to %s: %s
            Make that folder writable, or name another: XDG_CACHE_HOME=/path\
          """
              .formatted(target.getParent(), e.getMessage()));
    } finally {
      if (folder != null) {
        delete(folder);
      }
    }
  }

  private void runCompiler(Path folder, Path output) throws IOException {
    List<String> command = new ArrayList<>(List.of(compiler().orElseThrow().split(" ")));
    command.addAll(FLAGS);
    command.addAll(List.of("-o", output.toString()));
    command.addAll(SOURCES);
    command.addAll(LIBRARIES);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (awaitExit(process) != 0) {
      throw new DriverException(
          "the driver of real libraries does not compile with %s:\n%s"
              .formatted(String.join(" ", command), said.strip()));
    }
  }

  private static int awaitExit(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DriverException("interrupted while the driver was compiled");
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("a temporary folder cannot be removed", e);
    }
  }
}
