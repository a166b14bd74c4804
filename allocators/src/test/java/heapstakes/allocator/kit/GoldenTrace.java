package heapstakes.allocator.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A short trace with what several versions of a real library answered to it: {@code
 * golden/versions/NAME.hst} and {@code NAME.csv}, which says where it was recorded and how.
 *
 * <pre>
 *  m ID SIZE          malloc             a ID ALIGNMENT SIZE   aligned_alloc
 *  c ID COUNT SIZE    calloc             p ID ALIGNMENT SIZE   posix_memalign
 *  r ID SIZE          realloc            g ID ALIGNMENT SIZE   memalign
 *  f ID               free               u ID                  malloc_usable_size
 *  T PAD              malloc_trim        o PARAMETER VALUE     mallopt
 *  i                  mallinfo, break    L                     the library's counters
 *  x NAME             mallctl            R                     ReleaseFreeMemory
 *  n NANOSECONDS      the clock advances
 * </pre>
 *
 * @param name of the files
 * @param operations lines of the trace
 * @param versions columns of the table
 * @param answers rows of the table, in its order
 */
public record GoldenTrace(
    String name, List<String> operations, List<String> versions, List<Answer> answers) {

  /**
   * What was asked of the library at one operation.
   *
   * @param operation index of the operation
   * @param what was asked: {@code address}, {@code usable}, {@code info.ordblks}, a counter's name
   *     …
   * @param values the answer of each version
   */
  public record Answer(int operation, String what, List<String> values) {}

  private static final String FOLDER = "/golden/versions/";

  /** The trace called {@code name}, e.g. {@code pt-start}. */
  public static GoldenTrace read(String name) {
    List<String> table = lines(name + ".csv");
    List<String> head = fields(table.getFirst());
    List<Answer> answers = new ArrayList<>();
    for (String row : table.subList(1, table.size())) {
      List<String> fields = fields(row);
      answers.add(
          new Answer(
              Integer.parseInt(fields.get(0)), fields.get(2), fields.subList(3, fields.size())));
    }
    return new GoldenTrace(name, lines(name + ".hst"), head.subList(3, head.size()), answers);
  }

  /** Each of the traces {@code names} with each version whose answers it has. */
  public static Stream<Arguments> ofEveryVersion(String... names) {
    return Stream.of(names)
        .map(GoldenTrace::read)
        .flatMap(trace -> trace.versions.stream().map(version -> Arguments.of(trace, version)));
  }

  private static List<String> fields(String row) {
    return List.of(row.split(",", -1));
  }

  /** The lines of a file without comments and empty ones. */
  private static List<String> lines(String file) {
    try (InputStream stream = GoldenTrace.class.getResourceAsStream(FOLDER + file)) {
      if (stream == null) {
        throw new AssertionError("no golden file " + file);
      }
      return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replays on a fresh process of {@code version}: all answers are the library's. */
  public void check(GoldenProcess fresh, String version) {
    try (GoldenProcess process = fresh) {
      assertThat(replay(process)).isEqualTo(expected(version));
      process.audit();
    }
  }

  /** What the real library of {@code version} answered, a line each. */
  private List<String> expected(String version) {
    int column = versions.indexOf(version);
    if (column < 0) {
      throw new AssertionError(name + " has no column " + version + ", but " + versions);
    }
    return answers.stream().map(answer -> line(answer, answer.values.get(column))).toList();
  }

  /** What a model answers, a line each. */
  private List<String> replay(GoldenProcess process) {
    List<String> lines = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < operations.size(); i++) {
      process.act(operations.get(i));
      for (; next < answers.size() && answers.get(next).operation == i; next++) {
        Answer answer = answers.get(next);
        lines.add(line(answer, process.answer(answer.what)));
      }
    }
    return lines;
  }

  private String line(Answer answer, String value) {
    String operation = operations.get(answer.operation);
    return String.format(
        Locale.ROOT, "%d %s %s = %s", answer.operation, operation, answer.what, value);
  }

  @Override
  public String toString() {
    return name;
  }
}
