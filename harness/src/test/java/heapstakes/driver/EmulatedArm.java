package heapstakes.driver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.allocator.RealLibrary.Loader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** arm64 as qemu-user emulates it: programs of ours can be run there, and nothing can be timed. */
public final class EmulatedArm {
  private static final Path COMPILER = Path.of("/usr/bin/aarch64-linux-gnu-gcc");
  private static final Path EMULATOR = Path.of("/usr/bin/qemu-aarch64");
  private static final Path LIBRARIES = Path.of("/usr/aarch64-linux-gnu");

  private EmulatedArm() {}

  /** Skips the test where it cannot be had. */
  public static void assumeHere() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "qemu-user is for Linux on x86-64");
    for (Path file : List.of(COMPILER, EMULATOR)) {
      assumeTrue(
          Files.isExecutable(file),
          file
              + " is missing: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user");
    }
  }

  /** The compiler for arm64. */
  public static String compiler() {
    return COMPILER.toString();
  }

  /** A program of ours for arm64, kept in {@code cache}. */
  public static Path built(NativeBuild.Program program, Path cache) {
    return new NativeBuild(
            program,
            Map.of(
                "PATH",
                System.getenv("PATH"),
                "XDG_CACHE_HOME",
                cache.toString(),
                "CC",
                compiler()))
        .file();
  }

  /** A command that runs one for arm64 when its words follow. */
  public static List<String> command() {
    return List.of(EMULATOR.toString(), "-L", LIBRARIES.toString());
  }

  /** The C library's malloc there. */
  public static MeteredLibrary glibc(Path folder) throws IOException {
    Path script = folder.resolve("emulate");
    // A loader is told where libraries are, by two words.
    Files.writeString(
        script, "#!/bin/sh\nshift 2\nexec " + String.join(" ", command()) + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return new MeteredLibrary(
        "glibc for arm64",
        Optional.empty(),
        "",
        Optional.of(new Loader(script, List.of(LIBRARIES), List.of(), Loader.Kind.GLIBC)));
  }
}
