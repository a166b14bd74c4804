package heapstakes.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** How much stands in one place, tests included: what is larger is not read. */
class SourceRulesTest {
  private static final int MOST_LINES_A_FILE = 400;
  private static final int MOST_LINES_A_METHOD = 60;
  private static final int MOST_TYPES_A_PACKAGE = 25;

  /** What a package says that has more, with the reason behind it. */
  private static final String REASON = "More than 25";

  private static final Pattern C_FUNCTION =
      Pattern.compile(
          "^\\w[^\\n;]*\\([^;{}]*\\)\\s*\\{\\n.*?^}", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");

  private static List<Path> sources(String suffix) {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(suffix) && isSource(ROOT.relativize(file)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By its place in the tree, wherever that stands: a clone may be in a folder of any name. */
  private static boolean isSource(Path file) {
    String place = "/" + file;
    return place.contains("/src/") && !place.contains("/target/");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noFileHasMoreThan400Lines() {
    assertThat(sources(".java")).hasSizeGreaterThan(100);
    assertThat(
            Stream.of(".java", ".c", ".h").flatMap(suffix -> longFiles(suffix).keySet().stream()))
        .isEmpty();
  }

  private static Map<String, Long> longFiles(String suffix) {
    return sources(suffix).stream()
        .filter(file -> text(file).lines().count() > MOST_LINES_A_FILE)
        .collect(
            Collectors.toMap(
                file -> file.getFileName().toString(), file -> text(file).lines().count()));
  }

  @Test
  void noMethodHasMoreThan60Lines() throws IOException {
    Methods methods = new Methods();
    methods.read(sources(".java"));
    assertThat(methods.seen).isGreaterThan(1000);
    assertThat(methods.tooLong).isEmpty();
  }

  @Test
  void noFunctionInCHasMoreThan60Lines() {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources(".c")) {
      C_FUNCTION
          .matcher(text(file))
          .results()
          .filter(function -> function.group().lines().count() > MOST_LINES_A_METHOD)
          .map(function -> file.getFileName() + ": " + function.group().lines().findFirst().get())
          .forEach(tooLong::add);
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void noPackageHasMoreThan25TypesWithoutSayingWhy() {
    Map<Path, List<Path>> packages =
        sources(".java").stream()
            .filter(file -> file.toString().contains("/src/main/java/"))
            .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.toList()));
    packages.forEach((folder, files) -> {
      Path info = folder.resolve("package-info.java");
      long types = files.stream().filter(file -> !file.equals(info)).count();
      if (types > MOST_TYPES_A_PACKAGE) {
        assertThat(text(info).replaceAll("\\s+\\*\\s+", " "))
            .as("%s has %d types; split it, or say why not: %s", folder, types, REASON)
            .contains(REASON);
      }
    });
  }

  /** A search, a stack trace or {@code -Dtest=} says which one is meant. */
  @Test
  void noTwoTestsOfAModuleHaveOneName() {
    List<String> names =
        sources(".java").stream()
            .filter(file -> file.toString().contains("/src/test/java/"))
            .filter(file -> !file.endsWith("package-info.java"))
            .map(file -> ROOT.relativize(file).getName(0) + "/" + file.getFileName())
            .toList();
    assertThat(names.stream().filter(name -> Collections.frequency(names, name) > 1)).isEmpty();
  }

  /** Reads sources as the compiler does, and looks at where methods begin and end. */
  private static final class Methods {
    final List<String> tooLong = new ArrayList<>();
    int seen;

    void read(List<Path> files) throws IOException {
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      try (StandardJavaFileManager manager =
          compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
        JavacTask task =
            (JavacTask)
                compiler.getTask(
                    null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        for (CompilationUnitTree unit : task.parse()) {
          new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void nothing) {
              look(unit, method, positions);
              return super.visitMethod(method, nothing);
            }
          }.scan(unit, null);
        }
      }
    }

    private void look(CompilationUnitTree unit, MethodTree method, SourcePositions positions) {
      seen++;
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method));
      if (last - first >= MOST_LINES_A_METHOD) {
        tooLong.add(
            String.format(
                Locale.ROOT,
                "%s:%d %s has %d lines",
                unit.getSourceFile().getName(),
                first,
                method.getName(),
                last - first + 1));
      }
    }
  }
}
