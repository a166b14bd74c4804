package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.foreign.store.ElfFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class NativeBuildTest {
  @TempDir private Path cache;

  private Map<String, String> environment(String path) {
    return Map.of("PATH", path, "XDG_CACHE_HOME", cache.toString());
  }

  @Test
  void itIsCompiledOnceAndLeavesNothingElseBehind() throws Exception {
    Libraries.glibc();
    NativeBuild build =
        new NativeBuild(NativeBuild.Program.DRIVER, environment(System.getenv("PATH")));
    Path executable = build.file();
    FileTime built = Files.getLastModifiedTime(executable);

    assertThat(build.file()).isEqualTo(executable).startsWith(cache.resolve("heapstakes"));
    assertThat(Files.getLastModifiedTime(executable)).isEqualTo(built);
    try (Stream<Path> files = Files.list(executable.getParent())) {
      assertThat(files).containsExactly(executable);
    }
  }

  @Test
  void theDriverNeedsNothingThatAnOldCLibraryHasNot() {
    Libraries.glibc();
    ElfFile driver = ElfFile.read(NativeBuild.ofDriver().file()).orElseThrow();

    assertThat(driver.needed()).containsExactly("libc.so.6");
    assertThat(driver.wanted().get("libc.so.6")).containsExactly("GLIBC_2.2.5");
  }

  @Test
  void withoutACompilerItSaysWhatToInstall() {
    Libraries.glibc();
    NativeBuild build = new NativeBuild(NativeBuild.Program.DRIVER, environment("/nowhere"));

    assertThat(build.unavailable())
        .hasValueSatisfying(t -> assertThat(t).contains("apt-get install gcc"));
    assertThatThrownBy(build::file)
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("no C compiler");
  }

  /** A folder can be entered, which its mode says as it does of a program that it can be run. */
  @ParameterizedTest
  @ValueSource(strings = {"/no/such/compiler", "/"})
  void aCompilerThatIsNamedAndIsNoneIsSaidByName(String named) {
    Libraries.glibc();
    NativeBuild build =
        new NativeBuild(
            NativeBuild.Program.DRIVER,
            Map.of("PATH", "/usr/bin", "XDG_CACHE_HOME", cache.toString(), "CC", named));

    assertThatThrownBy(build::file)
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("CC=" + named + " names none that can be run")
        .hasMessageContaining("Correct CC");
  }

  @Test
  void whatIsNotWhatItsNameSaysIsNotExecuted() throws Exception {
    Libraries.glibc();
    NativeBuild build =
        new NativeBuild(NativeBuild.Program.DRIVER, environment(System.getenv("PATH")));
    Path executable = build.file();
    Files.writeString(executable, "#!/bin/sh\n");

    Path other = build.file();

    assertThat(other).isNotEqualTo(executable);
    assertThat(Files.readAllBytes(other)).startsWith(0x7f, 'E', 'L', 'F');
  }

  @Test
  void whereTheCacheCannotBeUsedItIsCompiledInAFolderOfItsOwn() throws Exception {
    Libraries.glibc();
    String file = Files.createFile(cache.resolve("file")).toString();
    NativeBuild build =
        new NativeBuild(
            NativeBuild.Program.RECORDER,
            Map.of("PATH", System.getenv("PATH"), "XDG_CACHE_HOME", file, "HOME", file));

    Path library = build.file();

    assertThat(library).isExecutable();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aCompilerThatFailsIsQuoted() {
    Libraries.glibc();
    NativeBuild build =
        new NativeBuild(
            NativeBuild.Program.DRIVER,
            Map.of("PATH", "/nowhere", "XDG_CACHE_HOME", cache.toString(), "CC", "/bin/ls"));

    assertThatThrownBy(build::file)
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("does not compile with /bin/ls");
  }
}
