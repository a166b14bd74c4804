package heapstakes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Shared objects that tests make: with a soname, a version of symbols, and needs. */
final class CompiledLibrary {
  private CompiledLibrary() {}

  /**
   * Compiles one that says {@code text} of itself.
   *
   * @param provides version of its only symbol, {@code symbol_of_SONAME}; empty for none
   * @param needs libraries made by this, whose symbols it uses
   */
  static Path make(Path folder, String soname, String text, String provides, List<Path> needs)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/cc")), "no C compiler: apt-get install gcc");
    StringBuilder source = new StringBuilder();
    source.append("const char said[] = \"").append(text).append("\";\n");
    for (Path need : needs) {
      source.append("extern int ").append(symbol(need)).append("(void);\n");
    }
    Path file = folder.resolve(soname.replace('/', '_'));
    source.append("int ").append(symbol(file)).append("(void) { return 1");
    needs.forEach(need -> source.append(" + ").append(symbol(need)).append("()"));
    source.append("; }\n");
    Path code = Files.writeString(folder.resolve("source.c"), source);
    Path versions = folder.resolve("versions.map");
    Files.writeString(versions, provides.isEmpty() ? "{ global: *; };" : provides + " { *; };");
    List<String> command =
        new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-nostdlib", "-Wl,-soname," + soname));
    command.add("-Wl,--version-script=" + versions);
    command.addAll(List.of("-o", file.toString(), code.toString()));
    needs.forEach(need -> command.add(need.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return file;
  }

  private static String symbol(Path file) {
    return "symbol_of_" + file.getFileName().toString().replaceAll("[^a-z0-9]", "_");
  }
}
