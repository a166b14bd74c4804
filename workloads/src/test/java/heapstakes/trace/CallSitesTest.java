package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.edit.EventRange;
import heapstakes.trace.edit.TraceCut;
import heapstakes.trace.file.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Call sites in both forms of a trace. */
class CallSitesTest {
  private static final String TEXT =
      """
      #heapstakes-trace 1
      #heapstakes-site 1 0 main+0x10 (prog)
      #heapstakes-site 2 1 parse+0x1f (lib jq.so.1)
      #heapstakes-site 3 0 main+0x20 (prog)
      m 0 10
      #@ 2
      m 1 20
      t 5
      m 2 30
      #@ 3
      f 1
      #@ 0
      f 2
      """;

  @TempDir Path folder;

  /** Made of {@link #TEXT} when the version was new. */
  @Test
  void theGoldenFileOfVersion3IsReadForEver() throws Exception {
    HsbTrace trace = HsbTrace.validated(TraceFormsTest.resource("call-sites.v3.hsb"));

    String parse = "parse+0x1f (lib jq.so.1) < main+0x10 (prog)";
    assertThat(paths(trace)).containsExactly("", parse, "", parse, "main+0x20 (prog)", "");
  }

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("in.hst"), text);
  }

  private HsbTrace binary(String text) throws Exception {
    Path file = folder.resolve("t.hsb");
    Traces.importTo(write(text).toString(), file);
    return HsbTrace.validated(file);
  }

  /** Path of the site of each event, frames apart by {@code <}. */
  private static List<String> paths(Trace trace) {
    List<String> paths = new ArrayList<>();
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          paths.add(String.join(" < ", trace.callSites().path(batch.siteOf(i))));
        }
      }
    }
    return paths;
  }

  @Test
  void everyOperationHasTheSiteThatWasNamedLast() throws Exception {
    HsbTrace trace = binary(TEXT);
    String parse = "parse+0x1f (lib jq.so.1) < main+0x10 (prog)";

    assertThat(paths(trace)).containsExactly("", parse, "", parse, "main+0x20 (prog)", "");
    assertThat(paths(InMemoryTrace.of(trace))).isEqualTo(paths(trace));
  }

  @Test
  void aTraceWithSitesHasTheDigestOfItsEventsAndAVersionOfItsOwn() throws Exception {
    String plain = TEXT.replaceAll("(?m)^#@.*\n", "").replaceAll("(?m)^#heapstakes-site.*\n", "");
    String digest = binary(plain).info().sha256();
    assertThat(Files.readAllBytes(folder.resolve("t.hsb"))[8]).isEqualTo((byte) 1);

    assertThat(binary(TEXT).info().sha256()).isEqualTo(digest);
    assertThat(Files.readAllBytes(folder.resolve("t.hsb"))[8]).isEqualTo((byte) 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 4096, 20_000})
  void textWithCallSitesComesBackLineByLineThroughTheBinaryForm(int lines) throws Exception {
    String text = RandomTrace.withCallSites(lines, lines);
    Path back = folder.resolve("back.hst");

    binary(text);
    Traces.importTo(folder.resolve("t.hsb").toString(), back);

    assertThat(back).hasContent(text);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("in.hst", "t.hsb", "back.hst");
  }

  /** The first site comes in the third block of events; the site of each is its number. */
  @Test
  void aSiteThatComesLateAndManyThatComeOnceKeepTheirPlaces() throws Exception {
    StringBuilder text = new StringBuilder("#heapstakes-trace 1\n");
    IntStream.range(0, 4096).forEach(i -> text.append("m 0 1\nf 0\n"));
    for (int site = 1; site <= 9000; site++) {
      text.append(
          String.format(Locale.ROOT, "#heapstakes-site %d 0 s%d\n#@ %d\nT 0\n", site, site, site));
    }
    List<String> paths = paths(binary(text.toString()));

    assertThat(paths.subList(0, 8192)).containsOnly("");
    assertThat(paths.subList(8192, 8192 + 9000))
        .isEqualTo(IntStream.rangeClosed(1, 9000).mapToObj(site -> "s" + site).toList());
  }

  @Test
  void aCutKeepsTheSitesOfWhatIsLiveAtItsStartAndNoOthers() throws Exception {
    HsbTrace trace = binary(TEXT);
    Path cut = folder.resolve("cut.hsb");

    TraceCut.write(trace, EventRange.ofOperations(trace, 2, 3), cut);

    HsbTrace made = HsbTrace.validated(cut);
    String parse = "parse+0x1f (lib jq.so.1) < main+0x10 (prog)";
    assertThat(paths(made)).filteredOn(path -> !path.isEmpty()).containsExactly(parse, parse);
    assertThat(made.callSites().labels())
        .containsExactlyInAnyOrder("main+0x10 (prog)", "parse+0x1f (lib jq.so.1)");
  }

  @Test
  void aCommentThatLooksLikeASiteIsOneWhereThereAreNone() throws Exception {
    assertThat(paths(binary("#@ 7\nm 0 1\n#@ words\nf 0\n"))).containsExactly("", "");
  }

  @ParameterizedTest
  @CsvSource({
    "'#heapstakes-site 2 0 a', the next number",
    "'#heapstakes-site 1 1 a', does not come before",
    "'#heapstakes-site 1 0', has no label",
    "'#heapstakes-site 1 x a', not a whole decimal number",
    "'#heapstakes-site 1 0 a\n#heapstakes-site 2 0 a', is there once",
    "'#heapstakes-site 1 0 a\n#@ 2', no call site 2",
    "'#heapstakes-site 1 0 a\n#@ ', is missing"
  })
  void aSiteThatCannotBeIsRefusedWithItsLine(String lines, String why) throws Exception {
    Path file = write("#heapstakes-trace 1\n" + lines + "\nm 0 1\n");
    String last = String.format(Locale.ROOT, "line %d", 1 + lines.lines().count());

    assertThat(
            TraceErrorsTest.errorOf(
                () -> Traces.importTo(file.toString(), folder.resolve("t.hsb"))))
        .contains(why, last);
  }

  @Test
  void labelsAreALineAndNotLongerThanTheyMay() throws Exception {
    String name = "x".repeat(500);
    HsbTrace trace = binary("#heapstakes-site 1 0 a\tb" + name + "\n#@ 1\nm 0 1\n");

    assertThat(trace.callSites().label(1))
        .startsWith("a?bxx")
        .endsWith("x…")
        .hasSize(CallSites.MAX_LABEL);
  }
}
