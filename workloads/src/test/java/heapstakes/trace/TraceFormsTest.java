package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.edit.EventRange;
import heapstakes.trace.edit.TraceCut;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.trace.io.TraceCache;
import heapstakes.trace.profile.TraceProfile;
import heapstakes.trace.text.HstWriter;
import java.io.ByteArrayOutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFormsTest {
  @TempDir Path folder;

  /** Written out by hand from every-letter.hst; columns as {@link EventBatch} says. */
  private static final List<String> EVERY_LETTER =
      List.of(
          "t 0 0 0",
          "m 0 48 0",
          "c 1 16 3",
          "P 0 0 0",
          "g 2 1000 64",
          "w 0 40 8",
          "d 0 48 0",
          "r 0 4096 0",
          "r 3 10 0",
          "r 3 0 0",
          "f 3 0 0",
          "@ 0 1500 0",
          "t 1 0 0",
          "m 4 0 0",
          "m 5 140737488355328 0",
          "f 5 0 0",
          "t 0 0 0",
          "F 2 0 0",
          "t 2 0 0",
          "f 0 0 0",
          "m 3 24 0",
          "w 3 1 23",
          "X 0 0 0",
          "t 0 0 0",
          "d 0 96 4000",
          "f 0 0 0",
          "T 0 0 0",
          "T 0 65536 0",
          "x 1 0 0",
          "f 1 0 0",
          "P 0 0 0",
          "P 1 0 0",
          "f 2 0 0");

  @Test
  void everyLetterOfTheLanguageGetsItsColumns() throws Exception {
    Path file = folder.resolve("t.hsb");

    ImportReport report = Traces.importTo(resource("every-letter.hst").toString(), file);

    assertThat(EventText.of(report.trace())).isEqualTo(EVERY_LETTER);
    TraceInfo info = report.trace().info();
    assertThat(info.name()).isEqualTo("every-letter");
    assertThat(info.threadIds()).containsExactly(7, 9, 12);
    assertThat(info.phases()).containsExactly("populated", "the end");
    assertThat(info.events()).isEqualTo(33);
    assertThat(info.operations()).isEqualTo(21);
    assertThat(info.slots()).isEqualTo(6);
    assertThat(info.features().clocked()).isTrue();
    assertThat(info.features().forks()).isTrue();
    // Slots 0, 1, 2, 4 and their copies in the child.
    assertThat(info.peakLiveBlocks()).isEqualTo(8);
    assertThat(info.peakRequestedBytes()).isEqualTo(4096 + 48 + 1000 + (1L << 47));
  }

  @Test
  void theGoldenFileOfVersion1IsReadForEver() throws Exception {
    HsbTrace trace = HsbTrace.validated(resource("every-letter.v1.hsb"));

    assertThat(EventText.of(trace)).isEqualTo(EVERY_LETTER);
    assertThat(trace.info().threadIds()).containsExactly(7, 9, 12);
    assertThat(trace.info().phases()).containsExactly("populated", "the end");
  }

  /** Programs of before read what needs no more than they know. */
  @Test
  void theSecondVersionOfTheBinaryFormIsWrittenOnlyForMovesOfTheBreak() throws Exception {
    Path plain = Files.writeString(folder.resolve("plain.hst"), "m 0 10\nf 0\n");
    Path moved = Files.writeString(folder.resolve("moved.hst"), "m 0 10\nb 4096\nb -4096\nf 0\n");
    Path file = folder.resolve("t.hsb");

    Traces.importTo(plain.toString(), file);
    assertThat(Files.readAllBytes(file)[8]).isEqualTo((byte) 1);

    HsbTrace trace = Traces.importTo(moved.toString(), file).trace();
    assertThat(Files.readAllBytes(file)[8]).isEqualTo((byte) 2);
    assertThat(EventText.of(trace))
        .containsExactly("m 0 10 0", "b 0 4096 0", "b 0 4096 1", "f 0 0 0");
    assertThat(trace.info().operations()).isEqualTo(2);
  }

  @Test
  void theGoldenFileOfVersion2IsReadForEver() throws Exception {
    HsbTrace trace = HsbTrace.validated(resource("moved-break.v2.hsb"));

    assertThat(EventText.of(trace))
        .containsExactly("m 0 100 0", "b 0 4096 0", "m 1 20 0", "b 0 8192 1", "P 0 0 0", "f 0 0 0");
    assertThat(trace.info().phases()).containsExactly("moved");
  }

  /** Larger than a process: refused by every allocator, and nothing that is live. */
  @Test
  void thatLibrariesWereBoundDeeplyIsKeptInEveryFormAndByACut() throws Exception {
    Path text =
        Files.writeString(folder.resolve("deep.hst"), "#heapstakes-deepbind 3\nm 0 8\nf 0\n");
    Path binary = folder.resolve("deep.hsb");
    Path packed = folder.resolve("again.hst.zst");
    Path cut = folder.resolve("cut.hsb");

    Traces.importTo(text.toString(), binary);
    Traces.importTo(binary.toString(), packed);
    HsbTrace trace = Traces.open(packed.toString());
    TraceCut.write(trace, EventRange.ofOperations(trace, 1, 2), cut);

    assertThat(List.of(HsbTrace.describe(binary), trace, HsbTrace.describe(cut)))
        .allSatisfy(each -> assertThat(each.info().features().deeplyBound()).isEqualTo(3));
    Path plain = Files.writeString(folder.resolve("plain.hst"), "m 0 8\nf 0\n");
    assertThat(trace.info().sha256()).isEqualTo(Traces.open(plain.toString()).info().sha256());
  }

  @Test
  void sizesUpTo64BitsComeBackAndCountForNothing() throws Exception {
    String text =
        """
        #heapstakes-trace 1
        m 0 9223372036854775807
        m 1 9223372036854775808
        m 2 18446744073709551615
        c 3 18446744073709551615 18446744073709551615
        c 4 4294967296 4294967296
        g 5 64 10000000000000000000
        m 6 140737488355329
        m 7 100
        r 7 18446744073709551615
        r 8 18446744073709551614
        w 7 99 1
        f 8
        r 7 200
        f 2
        """;
    Path hst = Files.writeString(folder.resolve("in.hst"), text);
    Path hsb = folder.resolve("t.hsb");
    Path back = folder.resolve("out.hst");

    Traces.importTo(hst.toString(), hsb);
    Traces.importTo(hsb.toString(), back);

    assertThat(back).hasContent(text);
    TraceInfo info = HsbTrace.validated(hsb).info();
    assertThat(info.peakRequestedBytes()).isEqualTo(200);
    assertThat(info.peakLiveBlocks()).isEqualTo(9);
    assertThat(HsbTrace.validated(hsb).summary().requestedBytes()).isEqualTo(300);
    assertThat(HsbTrace.validated(hsb).summary().requestsByMagnitude().getLast()).isEqualTo(9);
    TraceProfile profile = TraceProfile.of(HsbTrace.validated(hsb));
    assertThat(profile.peakBytes()).isEqualTo(200);
    assertThat(profile.leakedBytes()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {".hst", ".hst.gz", ".hst.xz", ".hst.zst"})
  void textComesBackLineByLineThroughTheBinaryForm(String suffix) throws Exception {
    for (int seed = 1; seed <= 4; seed++) {
      String text = RandomTrace.text(seed, seed * 4500);
      Path hst = Files.writeString(folder.resolve("in.hst"), text);
      Path hsb = folder.resolve("t.hsb");
      Path back = folder.resolve("out" + suffix);
      Path again = folder.resolve("again.hst");

      Traces.importTo(hst.toString(), hsb);
      Traces.importTo(hsb.toString(), back);
      Traces.importTo(back.toString(), again);

      assertThat(again).hasContent(text);
    }
  }

  @Test
  void theSameEventsGiveTheSameDigestWhateverTheyCameFrom() throws Exception {
    Path text = resource("every-letter.hst");
    Path packed = folder.resolve("renamed.hst.zst");
    Traces.importTo(text.toString(), packed);

    String digest = Traces.open(text.toString()).info().sha256();

    assertThat(Traces.open(packed.toString()).info().sha256()).isEqualTo(digest).hasSize(64);
    assertThat(HsbTrace.describe(resource("every-letter.v1.hsb")).info().sha256())
        .isEqualTo(digest);
  }

  @Test
  void compressionIsToldByContentAndNotByName() throws Exception {
    Path zip = folder.resolve("looks-like.hst");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("inside.txt"));
      Files.copy(resource("every-letter.hst"), out);
    }

    assertThat(EventText.of(Traces.open(zip.toString()))).isEqualTo(EVERY_LETTER);
  }

  @Test
  void linesOfOtherSystemsAndWithoutAnEndAreRead() throws Exception {
    Path file = Files.writeString(folder.resolve("t.hst"), "\r\n# x\r\n m  0\t48 \r\n\r\nf 0");

    assertThat(EventText.of(Traces.open(file.toString()))).containsExactly("m 0 48 0", "f 0 0 0");
  }

  @Test
  void theTextFormWritesWhatItRead() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HstWriter.write(HsbTrace.validated(resource("every-letter.v1.hsb")), out);

    List<String> expected =
        Files.readAllLines(resource("every-letter.hst")).stream()
            .filter(line -> !line.startsWith("# "))
            .map(line -> line.equals("T") ? "T 0" : line)
            .toList();
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).isEqualTo(expected);
  }

  @Test
  void aTraceInMemoryHandsOutAllItsEventsAtOnceAndUncopied() throws Exception {
    InMemoryTrace trace = InMemoryTrace.of(HsbTrace.validated(resource("every-letter.v1.hsb")));
    EventBatch batch = new EventBatch(0);

    try (TraceCursor cursor = trace.open()) {
      assertThat(cursor.next(batch)).isTrue();
      assertThat(batch.op).isSameAs(trace.events().op);
      assertThat(batch.to - batch.from).isEqualTo(33);
      assertThat(cursor.next(batch)).isFalse();
    }
    assertThat(EventText.of(trace)).isEqualTo(EVERY_LETTER);
  }

  @Test
  void aCachedTextTraceIsMadeAgainWhenItsCopyIsDamaged() throws Exception {
    Path file = Files.writeString(folder.resolve("once.hst"), "m 0 1\nf 0\n");
    Traces.open(file.toString());
    try (var copies = Files.newDirectoryStream(TraceCache.folder(), "once-*.hsb")) {
      for (Path copy : copies) {
        Files.write(copy, new byte[] {1, 2, 3});
      }
    }

    assertThat(Traces.open(file.toString()).info().operations()).isEqualTo(2);
  }

  @Test
  void nothingIsLeftOfAnImportThatFails() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.hst"), "m 0 1\nf 0\nf 0\n");
    Path out = Files.createDirectory(folder.resolve("out"));

    for (String name : List.of("t.hsb", "t.hst.gz")) {
      assertThat(TraceErrorsTest.errorOf(() -> Traces.importTo(bad.toString(), out.resolve(name))))
          .contains("line 3");
    }

    assertThat(out).isEmptyDirectory();
  }

  static Path resource(String name) throws URISyntaxException {
    return Path.of(TraceFormsTest.class.getResource(name).toURI());
  }
}
