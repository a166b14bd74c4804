package heapstakes.driver;

import heapstakes.file.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Compiles C sources of ours on first use and keeps the result in the user's cache folder. */
public final class NativeBuild {
  private static final List<String> FLAGS =
      List.of("-std=gnu11", "-O2", "-g", "-fno-builtin", "-fvisibility=hidden", "-pthread");
  private static final List<String> LIBRARIES = List.of("-ldl");
  private static final int HASH_DIGITS = 16;

  /** What all programs have in common stands there. */
  private static final String SHARED = "shared";

  private static final Set<String> SHARED_FILES =
      Set.of("entry.c", "entry.h", "processor.h", "trim.c", "trim.h");

  private static final List<String> DRIVER_FLAGS =
      List.of("-fPIE", "-pie", "-rdynamic", "-nostartfiles", "-Wl,-z,now");
  private static final List<String> DRIVER_FILES =
      List.of(
          ("driver.c arenas.c check.c counters.c entry.c family.c library.c mimalloc.c pages.c"
                  + " proc.c ranges.c report.c resident.c sleepers.c start.c syscalls.c traffic.c"
                  + " trim.c turns.c driver.h entry.h processor.h trim.h")
              .split(" "));

  private static final List<String> TIMER_FLAGS =
      List.of("-fPIE", "-pie", "-nostartfiles", "-Wl,-z,now");
  private static final List<String> TIMER_FILES =
      List.of(
          ("clock.c entry.c host.c lanes.c library.c loop.c process.c replay.c timer.h trim.c "
                  + "entry.h processor.h trim.h")
              .split(" "));

  private static final List<String> COUNTED_TIMER_FLAGS =
      Stream.concat(TIMER_FLAGS.stream(), Stream.of("-rdynamic")).toList();
  private static final List<String> COUNTED_TIMER_FILES =
      Stream.concat(TIMER_FILES.stream(), Stream.of("counted.c")).toList();

  /** musl comes without the kernel's headers: those of this machine do, behind its own. */
  private static final List<String> KERNEL_HEADERS =
      List.of("-idirafter", "/usr/include", "-idirafter", "/usr/include/x86_64-linux-gnu");

  /** What is compiled. */
  public enum Program {
    /** Replays a trace on a real library. */
    DRIVER(
        "driver", "the driver of real libraries", CompilerCommand.CC, DRIVER_FLAGS, DRIVER_FILES),
    /** The same, linked with musl: its C library cannot be loaded beside another one. */
    MUSL_DRIVER(
        "driver",
        "the driver of real libraries for musl",
        CompilerCommand.MUSL_GCC,
        Stream.concat(DRIVER_FLAGS.stream(), KERNEL_HEADERS.stream()).toList(),
        DRIVER_FILES),
    /** Times a trace on a real library. */
    TIMER("timer", "the timer of real libraries", CompilerCommand.CC, TIMER_FLAGS, TIMER_FILES),
    /** The same, linked with musl. */
    MUSL_TIMER(
        "timer",
        "the timer of real libraries for musl",
        CompilerCommand.MUSL_GCC,
        Stream.concat(TIMER_FLAGS.stream(), KERNEL_HEADERS.stream()).toList(),
        TIMER_FILES),
    /** The timer for counts of instructions: a library's clock is the trace's there. */
    COUNTED_TIMER(
        "timer",
        "the timer of real libraries whose instructions are counted",
        CompilerCommand.CC,
        COUNTED_TIMER_FLAGS,
        COUNTED_TIMER_FILES),
    /** Preloaded into a program, writes down what it allocates. */
    RECORDER(
        "recorder",
        "the recorder of allocations",
        CompilerCommand.CC,
        List.of("-fPIC", "-shared", "-static-libgcc", "-Wl,-z,now"),
        List.of(
            "recorder.c",
            "records.c",
            "sites.c",
            "sample.c",
            "names.c",
            "images.c",
            "lookup.c",
            "recorder.h",
            "lookup.h")),
    /** Runs a command and writes down what its processes took. */
    WATCHER(
        "watcher", "the watcher of programs", CompilerCommand.CC, List.of(), List.of("watcher.c"));

    private final String folder;
    private final String title;
    private final CompilerCommand compiler;
    private final List<String> flags;
    private final List<String> files;

    Program(
        String folder,
        String title,
        CompilerCommand compiler,
        List<String> flags,
        List<String> files) {
      this.folder = folder;
      this.title = title;
      this.compiler = compiler;
      this.flags = flags;
      this.files = files;
    }

    private List<String> sources() {
      return files.stream().filter(name -> name.endsWith(".c")).toList();
    }

    private byte[] source(String name) {
      String from = SHARED_FILES.contains(name) ? SHARED : folder;
      String resource = String.format(Locale.ROOT, "/heapstakes/%s/%s", from, name);
      try (InputStream in = NativeBuild.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException(resource + " is not on the class path");
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Program program;
  private final Map<String, String> environment;

  /**
   * @param environment variables that say where the compiler and the cache folder are
   */
  NativeBuild(Program program, Map<String, String> environment) {
    this.program = program;
    this.environment = environment;
  }

  /** Of {@code program}, with this process's environment. */
  public static NativeBuild of(Program program) {
    return new NativeBuild(program, System.getenv());
  }

  /** Of the driver, with this process's environment. */
  public static NativeBuild ofDriver() {
    return of(Program.DRIVER);
  }

  /** Why the program cannot be had here and how to mend that; empty when it can. */
  public Optional<String> unavailable() {
    if (!isThisKindOfMachine()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s is for Linux on x86-64; this is %s on %s.",
              program.title,
              System.getProperty("os.name"),
              System.getProperty("os.arch")));
    }
    if (kept().isPresent()) {
      return Optional.empty();
    }
    String named = environment.getOrDefault(program.compiler.variable(), "");
    if (!named.isBlank() && !isCommand(named.strip().split(" ")[0])) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              """
              no C compiler: %s=%s names none that can be run, and %s is compiled on first use.
                Correct %s, or unset it to have '%s' taken from the path.\
              """,
              program.compiler.variable(),
              named,
              program.title,
              program.compiler.variable(),
              program.compiler.command()));
    }
    if (compiler().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            """
            no C compiler: there is no '%s' on the path (PATH=%s), and %s \
            is compiled on first use.
              Install one: apt-get install %s (or the like), or name one: %s=/path/to/gcc\
            """,
            program.compiler.command(),
            environment.getOrDefault("PATH", ""),
            program.title,
            program.compiler.packages(),
            program.compiler.variable()));
  }

  private static boolean isThisKindOfMachine() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  /**
   * The executable or library, compiled if it is not there yet.
   *
   * @throws DriverException when it cannot be had: see {@link #unavailable}, or the compiler failed
   */
  public Path file() {
    unavailable()
        .ifPresent(reason -> {
          throw new DriverException(reason);
        });
    return kept().orElseGet(this::compile);
  }

  /**
   * What was compiled before. Its name says of what, and what it must be: it is executed, so it is
   * not trusted for its name alone.
   */
  private Optional<Path> kept() {
    String sources = name();
    try (Stream<Path> files = Files.list(cacheFolder())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(sources))
          .filter(PrivateFolder::isOwn)
          .filter(Files::isExecutable)
          .filter(file -> file.getFileName().toString().equals(sources + contentDigest(file)))
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private String name() {
    return program.folder + "-" + digest() + "-";
  }

  private static String contentDigest(Path file) {
    try {
      return digits(sha256().digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path cacheFolder() throws IOException {
    return PrivateFolder.firstOf(PrivateFolder.caches(environment));
  }

  /** The one that is named by a variable, or the first of its name on the path. */
  private Optional<String> compiler() {
    String named = environment.getOrDefault(program.compiler.variable(), "");
    if (!named.isBlank()) {
      return Optional.of(named);
    }
    return onPath(program.compiler.command());
  }

  private Optional<String> onPath(String name) {
    return Stream.of(environment.getOrDefault("PATH", "").split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(NativeBuild::isProgram)
        .map(Path::toString)
        .findFirst();
  }

  /** A folder is executable as well. */
  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private boolean isCommand(String word) {
    return word.contains("/") ? isProgram(Path.of(word)) : onPath(word).isPresent();
  }

  /** Of whatever decides what the executable does. */
  private String digest() {
    MessageDigest sha = sha256();
    for (String name : program.files) {
      sha.update(program.source(name));
    }
    sha.update((program.compiler + String.join(" ", flags())).getBytes(StandardCharsets.UTF_8));
    return digits(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String digits(byte[] digest) {
    return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
  }

  private List<String> flags() {
    return Stream.concat(FLAGS.stream(), program.flags.stream()).toList();
  }

  /** Into a folder of its own, then renamed: whoever builds at the same time gets such a file. */
  private Path compile() {
    Path folder = null;
    try {
      Path cache = cacheFolder();
      folder = Files.createTempDirectory(cache, "build-");
      for (String name : program.files) {
        Files.write(folder.resolve(name), program.source(name));
      }
      Path built = folder.resolve("built");
      runCompiler(folder, built);
      Files.setPosixFilePermissions(built, PosixFilePermissions.fromString("rwx------"));
      Path target = cache.resolve(name() + contentDigest(built));
      Files.move(built, target, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException | UncheckedIOException e) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              """
              %s cannot be compiled%s: %s
                Make that folder writable and give its disk room, or name another: XDG_CACHE_HOME=/path\
              """,
              program.title,
              folder == null ? "" : " into " + folder.getParent(),
              e));
    } finally {
      if (folder != null) {
        delete(folder);
      }
    }
  }

  private void runCompiler(Path folder, Path output) throws IOException {
    List<String> command = new ArrayList<>(List.of(compiler().orElseThrow().split(" ")));
    command.addAll(flags());
    command.addAll(List.of("-o", output.toString()));
    command.addAll(program.sources());
    command.addAll(LIBRARIES);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("TMPDIR", folder.toString()); // /tmp may be full or not be writable
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (awaitExit(process) != 0) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s does not compile with %s:\n%s",
              program.title,
              String.join(" ", command),
              said.strip()));
    }
  }

  private static int awaitExit(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DriverException("interrupted while C sources were compiled");
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // It stays behind: what was asked for is there, or its failure is told.
    }
  }
}
