package heapstakes.workload.symbol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Names of C++ and Rust as their programmers wrote them, where binutils is installed. */
final class Demangler {
  private static final int LONGEST_SECONDS = 60;

  private Demangler() {}

  /** The readable name of each; the same name where nothing can tell. */
  static Map<String, String> readable(Collection<String> names) {
    List<String> mangled =
        names.stream().filter(name -> name.startsWith("_Z") || name.startsWith("_R")).toList();
    Map<String, String> readable = new HashMap<>();
    names.forEach(name -> readable.put(name, name));
    List<String> texts = mangled.isEmpty() ? List.of() : filtered(mangled);
    if (texts.size() == mangled.size()) {
      for (int i = 0; i < mangled.size(); i++) {
        readable.put(mangled.get(i), texts.get(i));
      }
    }
    return readable;
  }

  private static List<String> filtered(List<String> names) {
    try {
      Path in = Files.createTempFile("names", ".txt");
      Path out = Files.createTempFile("names", ".txt");
      try {
        Files.write(in, names);
        Process process =
            new ProcessBuilder("c++filt", "--no-params")
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
        return Files.readAllLines(out, StandardCharsets.UTF_8);
      } finally {
        Files.delete(in);
        Files.delete(out);
      }
    } catch (IOException missing) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
