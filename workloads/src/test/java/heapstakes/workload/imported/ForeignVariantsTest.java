package heapstakes.workload.imported;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.trace.io.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Foreign traces as they really are; what is expected is read off operators.cc, or the text. */
class ForeignVariantsTest {
  /** As operators.cc has it; the thread's state has 16 bytes. */
  private static final String OPERATORS =
      "m 0 100;m 1 1;g 2 64 128;m 3 33;m 4 77;c 5 3 40;r 4 200;m 6 16;t second;m 7 500;f 7;f 5;f 6;"
          + "x second;t first;f 0;f 1;f 2;f 3;f 4;x first";

  /** Without threads and alignment; libstdc++'s pool comes first, and a thread's 320 bytes stay. */
  private static final String HEAPTRACK =
      "m 0 72704;m 1 100;m 2 1;m 3 128;m 4 33;m 5 77;m 6 120;f 5;m 5 200;m 7 16;m 8 320;m 9 500;f 9;"
          + "f 6;f 7;f 1;f 2;f 3;f 4;f 5;f 0";

  @TempDir Path folder;

  private String format = "";
  private Map<String, Long> notes = Map.of();

  private String imported(byte[] bytes) throws IOException {
    Path out = folder.resolve("out.hst");
    ImportReport report = Traces.importTo(Files.write(folder.resolve("in"), bytes).toString(), out);
    format = report.format();
    notes = report.notes();
    String events = String.join(";", Files.readAllLines(out));
    return events.substring(events.indexOf(';') + 1);
  }

  private String imported(String text) throws IOException {
    return imported(text.getBytes(UTF_8));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ForeignVariantsTest.class.getResourceAsStream(name);
        InputStream plain =
            Compression.decompressed(Objects.requireNonNull(in), name, Limits.current())) {
      return plain.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({"fiTttt,21869,21870", "C,21877,21878", "x,21873,21874"})
  void ltraceIsReadWithEachOfItsOptions(String options, String first, String second)
      throws IOException {
    assertThat(imported(resource("operators.ltrace-" + options)))
        .isEqualTo(
            "t " + first + ";" + OPERATORS.replace("first", first).replace("second", second));
    assertThat(format).isEqualTo("ltrace");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "malloc(77)                  = 0x55d0",
        "[pid 12] malloc(77)         = 0x55d0",
        "12 malloc(77)               = 0x55d0",
        "12   0.000362 malloc(77)    = 0x55d0",
        "09:56:07 malloc(77)         = 0x55d0",
        "12 09:56:07.232 cpp->malloc(77, 4, 5) = 0x55d0 <0.000089>",
        "734474 1782133300.642578 [0x5566f1c9e286] malloc(77) = 0x55d0",
        "7 _Znwj(77, 0x5591850, 0x5f00de00c8, 512) = 0x55d0",
        "7 operator new[](unsigned long, std::nothrow_t const&)(77, 0, 0) = 0x55d0"
      })
  void aLineOfLtraceIsRecognisedHoweverItIsPrinted(String line) throws IOException {
    assertThat(imported(line + "\n")).endsWith("m 0 77");
    assertThat(format).isEqualTo("ltrace");
  }

  @Test
  void ltraceInterruptedByTimesAndSystemCallsIsRead() throws IOException {
    String text =
        """
        734474 1782133300.642578 malloc(65536 <unfinished ...>
        734474 1782133300.643612 brk@SYS(nil) = 0xec59000 <0.000040>
        734474 1782133300.643738 <... malloc resumed> ) = 0x3640b010 <0.000432>
        734474 1782133300.650000 calloc(3, 40) = 0x3641b020 <0.000101>
        734474 1782133300.660000 free(0x3640b010) = <void> <0.000050>
        """;
    assertThat(imported(text)).isEqualTo("t 734474;m 0 65536;c 1 3 40;f 0");
  }

  @Test
  void whatLtracePrintsOfCallsWithoutAPrototypeMeansNothing() throws IOException {
    String text =
        """
        7 _Znwm(64, 0x5591850, 0x5f00de00c8, 512 <unfinished ...>
        9 clock_gettime(9, 0x9c7c6d90, 0x9c7c6d90, 0xffffff60 <unfinished ...>
        7 <... _Znwm resumed> )                                = 0x57b5f20
        9 <... clock_gettime resumed> )                        = 0
        7 _Znwm(1104, 0x36493cb22c79, 0, 0x49ea)               = 0x5803150
        7 malloc(1536 <unfinished ...>
        9 __errno_location( <unfinished ...>
        7 <... malloc resumed> )                               = 0x58d5720
        7 free(0x58d5720 <unfinished ...>
        9 <... __errno_location resumed> )                     = 0x9c7ca660
        7 <... free resumed> )                                 = <void>
        7 _ZdlPv(0x5803150, 1096, 0x7f409cb64b58, 0x48b23d0)   = 1
        7 _ZdlPv(0x57b5f20, 40, 3, 0x7fffffb7 <unfinished ...>
        9 epoll_wait(9, 0x9c7c6e20, 1024, 0xffffffff <unfinished ...>
        7 <... _ZdlPv resumed> )                               = 0x5933840
        """;
    assertThat(imported(text)).isEqualTo("t 7;m 0 64;m 1 1104;m 2 1536;f 2;f 1;f 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "interpreted"})
  void heaptrackIsReadRawAndInterpreted(String form) throws IOException {
    assertThat(imported(resource("operators.heaptrack-" + form + ".zst"))).isEqualTo(HEAPTRACK);
    assertThat(format).isEqualTo("heaptrack");
  }

  @Test
  void ofBlocksOfOneSizeAndCallSiteHeaptracksYoungestIsFreedAndThatIsSaid() throws IOException {
    String text =
        "v 10500 3\nx 6 /opt/a\nX ./a\nI 1000 40000\ns 6 /opt/a\nt 401000 0\ni 401000 1\nt 1 0\n"
            + "a 28 1\na 40 1\n+ 0\n+ 1\n+ 0\n- 0\n- 1\n- 0\nc 7\n";
    assertThat(imported(text)).isEqualTo("m 0 40;m 1 64;m 2 40;f 2;f 1;f 0");
    assertThat(notes)
        .containsEntry(
            "frees of one of several blocks of a size and call site (the youngest is taken)", 1L);
  }

  @Test
  void anAllocationThatHeaptrackDidNotDescribeIsRefusedWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("h"), "v 10500 3\nX a\nI 1000 4\na 28 1\n+ 1\n");
    assertThatThrownBy(() -> Traces.check(file.toString()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("line 5")
        .hasMessageContaining("names allocation 1, and 1 were described");
  }

  @Test
  void aCommandLineOfSeveralLinesIsPassedOver() throws IOException {
    String text =
        "v 10500 3\nX python3 -c import json\nprint(json.dumps([1,2]))\nI 1000 40000\nt 401000 0\n"
            + "+ 40 1 5581000\n+ 100 1 5581060\n- 5581000\nc 5\nR 10\n- 5581060\n";
    assertThat(imported(text)).isEqualTo("m 0 64;m 1 256;f 0;f 1");
  }

  @Test
  void mtraceIsRecognisedWithoutItsFirstLine() throws IOException {
    String text = "@ ./a:[0x4011b6] + 0x345552a0 0x64\n@ ./a:(main+0x3)[0x4011c0] - 0x345552a0\n";
    assertThat(imported(text)).isEqualTo("m 0 100;f 0");
    assertThat(format).isEqualTo("mtrace");
  }

  @Test
  void logallocKeepsItsThreadsAndLeavesOtherProcessesOut() throws IOException {
    String text =
        """
        7346 7346 malloc(32)=0x7f0a10000040
        7346 7350 calloc(1,8)=0x7f0a10000080
        9000 9000 malloc(99)=0x7f0a10000040
        7346 7346 realloc(0x7f0a10000040,64)=0x7f0a100000c0
        7346 7346 free(0x7f0a100000c0)
        7346 7346 memalign(4096,8192)=0x7f0a10002000
        7346 7346 jemalloc_stats()
        """;
    assertThat(imported(text))
        .isEqualTo("t 7346;m 0 32;t 7350;c 1 1 8;t 7346;r 0 64;f 0;g 0 4096 8192");
    assertThat(format).isEqualTo("logalloc");
    assertThat(notes)
        .containsEntry(
            "calls of other processes (left out; give each a file of its own lines)", 1L);
  }

  @Test
  void logallocIsReadWithTheNumbersOfItsOwnScript() throws IOException {
    assertThat(imported("1 1 malloc(32)=#1\n1 1 realloc(#1,64)=#2\n1 1 free(#2)\n"))
        .isEqualTo("t 1;m 0 32;r 0 64;f 0");
  }

  /** Bytes are those that the message's description gives: tag, length, fields. */
  @Test
  void mallocBenchsMessagesAreRead() throws IOException {
    ByteBuffer file = ByteBuffer.allocate(80);
    line(file, 1, 8, 5, 16, 100); // malloc: result 5, 100 bytes
    line(file, 1, 8, 6, 16, 64, 24, 64); // malloc: result 6, 64 bytes, aligned to 64
    line(file, 4, 8, 7, 16, 3, 24, 40); // calloc: result 7, 3 × 40
    line(file, 3, 8, 5, 16, 5, 24, 120); // realloc of 5 to 120 bytes
    line(file, 3, 8, 8, 24, 9); // realloc(NULL, 9)
    line(file, 2, 8, 6); // free 6
    line(file, 2); // free(NULL)
    file.put(new byte[] {16, 4}); // max_simultaneous_allocs
    byte[] bytes = Arrays.copyOf(file.array(), file.position());
    assertThat(imported(bytes)).isEqualTo("m 0 100;g 1 64 64;c 2 3 40;r 0 120;r 3 9;f 1");
    assertThat(format).isEqualTo("malloc-bench");
  }

  private static void line(ByteBuffer file, int kind, int... fields) {
    file.put((byte) 10).put((byte) (2 + fields.length));
    file.put((byte) (kind << 3 | 2)).put((byte) fields.length);
    for (int field : fields) {
      file.put((byte) field);
    }
  }

  @Test
  void fragmetricsEventsArePutIntoTheOrderOfTheirTime() throws IOException {
    String text =
        """
        {"ts":0,"op":"alloc","id":140234567890,"size":64,"addr":140234567890}
        {"ts":2,"op":"alloc","id":140234567890,"size":32}
        {"ts":1,"op":"free","id":140234567890}
        {"ts": 3, "op": "free", "id": 140234567890}
        """;
    assertThat(imported(text)).isEqualTo("m 0 64;f 0;m 0 32;f 0");
    assertThat(format).isEqualTo("fragmetrics");
    assertThat(notes.values()).containsOnly(0L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"op\":\"alloc\",\"id\":1}", "{\"op\":\"alloc\",\"id\":1,\"size\":-3}"})
  void aLineOfFragmetricsWithoutASizeIsRefused(String line) throws IOException {
    Path file = Files.writeString(folder.resolve("f.jsonl"), line + "\n");
    assertThatThrownBy(() -> Traces.check(file.toString()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("\"size\" is no whole number");
  }

  /** Made by bzip2 1.0.8 and lz4 1.9.4 of "#heapstakes-trace 1, m 0 100, m 1 200, f 0". */
  @Test
  void bzip2AndLz4AreUnpacked() throws IOException {
    for (String name : List.of("a.hst.bz2", "a.hst.lz4")) {
      Path file = folder.resolve(name);
      try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name))) {
        Files.write(file, in.readAllBytes());
      }
      assertThat(Traces.check(file.toString()).summary().operations()).isEqualTo(3);
      byte[] whole = Files.readAllBytes(file);
      for (int length = 5; length < whole.length; length++) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> Traces.check("hst:" + file))
            .as("%s cut to %d bytes", file, length)
            .isInstanceOf(TraceException.class)
            .hasMessageContaining(name)
            .hasMessageNotContaining("null");
      }
    }
  }
}
