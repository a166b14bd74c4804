package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where calls come from, of {@code sites.c}, whose functions are known by name. */
class CallSitesOfProgramsTest extends RecordedPrograms {
  @BeforeAll
  static void compileSites() throws Exception {
    Path source = Path.of(CallSitesOfProgramsTest.class.getResource("sites.c").toURI());
    cc("-O1", "-fno-builtin", "-w", "-pthread", "-o", sites(), source.toString());
  }

  private static String sites() {
    return built.resolve("sites").toString();
  }

  /**
   * Of each image: kind and size of own calls (10 000 bytes and more), and functions innermost
   * first.
   */
  private List<List<String>> calls(int frames, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(sites()));
    command.addAll(List.of(arguments));
    try (Recorder recorder =
        new Recorder(command, folder, new RecordingOptions(false, frames, false))) {
      code = recorder.await();
      List<List<String>> calls = new ArrayList<>();
      for (RecordedImage image : recorder.images()) {
        Path made = folder.resolve("made.hsb");
        calls.add(calls(Traces.importTo("recorder:" + image.file(), made).trace()));
      }
      return calls;
    }
  }

  private static List<String> calls(Trace trace) {
    List<String> calls = new ArrayList<>();
    boolean[] own = new boolean[trace.info().slots()];
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          int slot = batch.slot[i];
          byte op = batch.op[i];
          if (Op.isOperation(op) && op != Op.FREE && op != Op.TRIM) {
            own[slot] = batch.size[i] >= 10_000;
          }
          if (Op.isOperation(op) && (op == Op.TRIM || own[slot])) {
            String path = String.join(" < ", trace.callSites().path(batch.siteOf(i)));
            String functions = path.replaceAll("\\+0x[0-9a-f]+", "").replaceAll(" \\(sites\\)", "");
            calls.add(
                String.format(Locale.ROOT, "%c %d %s", Op.letter(op), batch.size[i], functions));
          }
        }
      }
    }
    return calls;
  }

  @Test
  void aCallIsOfTheFunctionThatMakesIt() throws Exception {
    assertThat(calls(1, "two"))
        .containsExactly(List.of("m 10001 take", "m 10002 take", "f 0 give", "f 0 give"));
    assertThat(calls(0, "two")).containsExactly(List.of("m 10001 ", "m 10002 ", "f 0 ", "f 0 "));
  }

  @Test
  void itsCallersAreToldAsFarAsAsked() throws Exception {
    assertThat(calls(2, "two"))
        .containsExactly(
            List.of(
                "m 10001 take < take_for_first",
                "m 10002 take < take_for_second",
                "f 0 give < two",
                "f 0 give < two"));
    assertThat(calls(4, "two").getFirst().getFirst())
        .startsWith("m 10001 take < take_for_first < two < main");
  }

  @Test
  void everyFunctionOfTheFamilyTellsItsCaller() throws Exception {
    assertThat(calls(1, "every").getFirst())
        .hasSize(15)
        .allMatch(call -> call.endsWith(" every_call"));
  }

  @Test
  void callsOfThreadsAndOfForkedProcessesHaveTheirSites() throws Exception {
    assertThat(calls(2, "threads"))
        .containsExactly(List.of("m 10001 take < of_thread", "f 0 give < of_thread"));
    assertThat(calls(2, "forks"))
        .containsExactlyInAnyOrder(
            List.of("m 10001 take < take_for_first"),
            List.of(
                "m 10001 take < take_for_first",
                "f 0 give < forks",
                "m 10002 take < take_for_second"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-g", "-s"})
  void aLibraryThatComesLateIsKnownStrippedOrNot(String how) throws Exception {
    Path source =
        Files.writeString(
            built.resolve("late.c"),
            """
            #include <stdlib.h>
            static __attribute__((noinline)) void *hidden(void) {
              void *block = malloc(10001);
              __asm__ volatile("" : : : "memory");
              return block;
            }
            void *take_late(void) {
              void *block = hidden();
              __asm__ volatile("" : : : "memory");
              return block;
            }
            """);
    Path library = built.resolve("late" + how + ".so");
    cc("-O1", "-fno-builtin", how, "-shared", "-fPIC", "-o", library.toString(), source.toString());

    String name = library.getFileName().toString();
    String innermost = how.equals("-g") ? "hidden" : "0x[0-9a-f]+";
    assertThat(calls(2, "late", library.toString()).getFirst().getFirst())
        .matches("m 10001 " + innermost + " \\(" + name + "\\) < take_late \\(" + name + "\\)");
  }

  @Test
  void aTableOfTwoSitesIsTwoSitesHoweverOftenTheyCall() throws Exception {
    List<String> calls = calls(1, "many").getFirst();

    Map<String, Long> counts =
        calls.stream().collect(Collectors.groupingBy(call -> call, Collectors.counting()));
    assertThat(counts).isEqualTo(Map.of("m 10000 take", 50_000L, "f 0 give", 50_000L));
  }

  @Test
  void whereTheTableIsGoneTheRecordingIsReadWithoutItAndSaysSo() throws Exception {
    RecordingOptions options = new RecordingOptions(false, 1, false);
    try (Recorder recorder = new Recorder(List.of(sites(), "two"), folder, options)) {
      recorder.await();
      Path raw = recorder.images().getFirst().file();
      Path table = onlySites(raw);
      String report = "recorder:" + raw;
      Files.write(table, new byte[] {1, 2, 3});
      assertThat(errorOf(report)).contains(table.getFileName().toString(), "Record again");
      Files.delete(table);
      assertThat(Traces.check(report).notes())
          .containsKey("calls whose place in the code is not known");
    }
  }

  @Tag("long")
  @Test
  void aDamagedTableIsReadOrRefusedByItsName() throws Exception {
    RecordingOptions options = new RecordingOptions(false, 2, false);
    try (Recorder recorder = new Recorder(List.of(sites(), "two"), folder, options)) {
      recorder.await();
      Path raw = recorder.images().getFirst().file();
      Path table = onlySites(raw);
      byte[] whole = Files.readAllBytes(table);
      for (int seed = 0; seed < 64; seed++) {
        Random random = new Random(seed);
        int length = random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length;
        byte[] damaged = Arrays.copyOf(whole, length);
        for (int i = 0; i < 4 && length > 5000; i++) {
          damaged[random.nextInt(random.nextBoolean() ? 40 : 5000)] = (byte) random.nextInt();
        }
        Files.write(table, damaged);
        String error = errorOf("recorder:" + raw);
        assertThat(error.equals("none") || error.contains(".sites: ")).as(error).isTrue();
      }
    }
  }

  @Test
  void namesAreNotTakenFromAnotherFileThatCameInThePlaceOfTheOneThatRan() throws Exception {
    Path program = folder.resolve("program");
    cc("-O0", "-fno-builtin", "-w", "-o", program.toString(), source());
    RecordingOptions options = new RecordingOptions(false, 1, false);
    try (Recorder recorder =
        new Recorder(List.of(program.toString(), "end", "0"), folder, options)) {
      recorder.await();
      String raw = "recorder:" + recorder.images().getFirst().file();
      Path made = folder.resolve("made.hsb");
      assertThat(Traces.importTo(raw, made).trace().callSites().labels())
          .anyMatch(label -> label.matches("\\w+\\+0x[0-9a-f]+ \\(program\\)"));

      Path other = Files.copy(program, folder.resolve("other"));
      Files.move(other, program, StandardCopyOption.REPLACE_EXISTING);

      assertThat(Traces.importTo(raw, made).trace().callSites().labels())
          .anyMatch(label -> label.matches("0x[0-9a-f]+ \\(program\\)"))
          .noneMatch(label -> label.matches("\\w+\\+0x[0-9a-f]+ \\(program\\)"));
    }
  }

  private static Path onlySites(Path records) throws IOException {
    try (Stream<Path> files = Files.list(records.resolveSibling(""))) {
      return files.filter(file -> file.toString().endsWith(".sites")).findFirst().orElseThrow();
    }
  }

  private static String errorOf(String recording) {
    try {
      Traces.check(recording);
      return "none";
    } catch (TraceException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}
