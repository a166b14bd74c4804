package heapstakes.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the modules' READMEs say of packages, places and rules is there. */
class ModuleReadmesTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");
  private static final Pattern WORD = Pattern.compile("`([^`]+)`");

  /** {@code model/jemalloc/Decay}, or with a method. */
  private static final Pattern PLACE =
      Pattern.compile("`((?:[a-z0-9]+/)+(?:[A-Z]\\w*|package-info))(?:\\.(\\w+))?`");

  private static String readme(String module) throws IOException {
    return Files.readString(ROOT.resolve(module).resolve("README.md"));
  }

  private static Path sources(String module) {
    return ROOT.resolve(module).resolve("src/main/java/heapstakes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"settings", "allocators", "workloads", "results", "harness"})
  void everyPackageStandsInItsModulesReadme(String module) throws IOException {
    List<String> words = WORD.matcher(readme(module)).results().map(r -> r.group(1)).toList();
    List<String> missing = new ArrayList<>();
    Path sources = sources(module);
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
          .filter(name -> words.stream().noneMatch(word -> means(word, name)))
          .forEach(missing::add);
    }
    assertThat(missing).isEmpty();
  }

  /** {@code model.*} stands for all of them. */
  private static boolean means(String word, String packageName) {
    return word.endsWith(".*")
        ? packageName.startsWith(word.substring(0, word.length() - 1))
        : word.equals(packageName);
  }

  @ParameterizedTest
  @ValueSource(strings = {"settings", "allocators", "workloads", "results", "harness"})
  void everyPlaceThatIsNamedIsThere(String module) throws IOException {
    for (MatchResult place : PLACE.matcher(readme(module)).results().toList()) {
      Path file = sources(module).resolve(place.group(1) + ".java");
      assertThat(file).exists();
      if (place.group(2) != null) {
        assertThat(Files.readString(file)).contains(" " + place.group(2) + "(");
      }
    }
  }

  @Test
  void everyRuleOfTheArchitectureHasOneLine() throws IOException {
    List<String> rules =
        Arrays.stream(ArchitectureTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(method -> "`" + method.getName() + "` |")
            .toList();
    StringBuilder lines = new StringBuilder();
    for (String module : List.of("settings", "allocators", "workloads", "results", "harness")) {
      lines.append(readme(module));
    }
    assertThat(rules).hasSizeGreaterThan(10);
    for (String rule : rules) {
      assertThat(lines.toString().split(Pattern.quote(rule), -1)).as(rule).hasSize(2);
    }
  }
}
