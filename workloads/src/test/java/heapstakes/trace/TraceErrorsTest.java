package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.ZstdOutputStream;
import heapstakes.trace.binary.HsbWriter;
import heapstakes.trace.file.Traces;
import heapstakes.trace.io.Compression;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error says where it is, why, and how to mend it. */
class TraceErrorsTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      commentCharacter = '%',
      textBlock =
          """
          m 0 1;f 0;f 0                  | line 3 | operation 2: 'f 0': slot 0 holds no block here
          f 0                            | line 1 | slot 0 holds no block here
          w 3 0 1                        | line 1 | slot 3 holds no block here
          m 0 1;m 0 1                    | line 2 | slot 0 still holds a block of 1 bytes
          m 0 1;c 0 1 1                  | line 2 | slot 0 still holds a block of 1 bytes
          m 0 18446744073709551616       | line 1 | out of range: 0 to 18446744073709551615
          T 140737488355329              | line 1 | more than the 2^47
          m 0 99999999999999999999       | line 1 | SIZE 99999999999999999999 is out of range
          c 0 3 99999999999999999999     | line 1 | out of range: 0 to 18446744073709551615
          g 0 24 100                     | line 1 | alignment 24 is not a power of two
          g 0 0 100                      | line 1 | alignment 0 is not a power of two
          m 0 8;w 0 4 5                  | line 2 | 5 bytes at offset 4 reach out of the block
          m 0 8;d 0 9 0                  | line 2 | reach out of the block, which has 8 bytes
          m 0 8;r 0 4;w 0 4 1            | line 3 | reach out of the block, which has 4 bytes
          t 5;x 5;m 0 1                  | line 3 | current thread has exited
          t 5;t 6;x 5;t 5                | line 4 | 't 5': the thread has exited
          x 5                            | line 1 | a thread exits that never ran
          m 0 1;F 0                      | line 2 | child of a fork must be a thread
          t 1;t 2;F 2                    | line 3 | child of a fork must be a thread
          t 1;F 2;t 2;X;m 0 1            | line 5 | current thread has exited
          t 1;F 2;t 2;X;t 2              | line 5 | 't 2': the thread has exited
          t 1;F 2;t 2;X;t 3              | line 5 | the process that ran until here has exited
          t 1;m 0 1;F 2;t 2;m 0 1        | line 5 | slot 0 still holds a block
          t 1;F 2;t 2;m 0 1;t 1;f 0      | line 6 | slot 0 holds no block here
          m 1000000000 1                 | line 1 | slots are not dense
          m 2147483647 1                 | line 1 | slot 2147483647 is out of range
          m 4294967296 1                 | line 1 | SLOT 4294967296 is out of range
          q 1 2                          | line 1 | no line of a trace begins so
          malloc 1                       | line 1 | no line of a trace begins so
          b - 4096                       | line 1 | BYTES
          b +4096                        | line 1 | BYTES
          m 0 1;b 200000000000000        | line 2 | more than the 2^47 bytes
          m 0 1;x 0;b 4096               | line 3 | has exited
          m 0                            | line 1 | SIZE is missing. It is written: m SLOT SIZE.
          m 0 x                          | line 1 | SIZE is not a whole decimal number
          m 0 -1                         | line 1 | SIZE is not a whole decimal number
          m 0 1 2                        | line 1 | more on the line than belongs there
          P                              | line 1 | name of a phase
          @ 9223372036854775807          | line 1 | virtual clock would run over
          #heapstakes-trace 2;m 0 1      | line 1 | reads version 1
          # nothing                      | holds no operation | right file
          """)
  void anInvalidLineIsNamedWithItsReason(String lines, String where, String why) throws Exception {
    Path file = Files.writeString(folder.resolve("t.hst"), lines.strip().replace(";", "\n"));

    assertThat(errorOf(() -> Traces.open("hst:" + file))).contains("t.hst", where, why);
  }

  @Test
  void requestsWhoseSumNoLongHoldsAreRefusedAtTheOneThatIsTooMuch() throws Exception {
    // 2^15 requests of 2^47 bytes are 2^62, which is still counted.
    String most = "m 0 140737488355328\nf 0\n".repeat(1 << 15);
    Path right = Files.writeString(folder.resolve("right.hst"), most);
    Path wrong = Files.writeString(folder.resolve("wrong.hst"), most + "m 0 1\n");

    assertThat(Traces.open("hst:" + right).summary().requestedBytes()).isEqualTo(1L << 62);
    assertThat(errorOf(() -> Traces.open("hst:" + wrong)))
        .contains(
            "line 65537, operation 65536: 'm 0 1'",
            "all requests together come to 4611686018427387905 bytes",
            "2^62");
  }

  @Test
  void blocksThatForksMultiplyAreRefusedWhenTheirSumOverflows() throws Exception {
    // 2^10 blocks of 2^47 bytes are 2^57; the initial process and 31 children hold 2^62.
    StringBuilder lines = new StringBuilder();
    for (int slot = 0; slot < 1 << 10; slot++) {
      lines.append("m ").append(slot).append(" 140737488355328\n");
    }
    for (int child = 1; child <= 32; child++) {
      lines.append("F ").append(child).append('\n');
    }
    Path file = Files.writeString(folder.resolve("forks.hst"), lines);

    assertThat(errorOf(() -> Traces.open("hst:" + file)))
        .contains("line 1056", "'F 32'", "the live blocks together come to 4755801206503243776");
  }

  @Test
  void aLineWithoutEndIsRefusedBeforeItFillsTheMemory() throws Exception {
    byte[] line = new byte[1 << 20];
    Arrays.fill(line, (byte) '1');
    line[0] = 'm';
    line[1] = ' ';
    Path file = Files.write(folder.resolve("t.hst"), line);

    assertThat(errorOf(() -> Traces.open("hst:" + file)))
        .contains("line 1", "longer than any", "65536", "-Dheapstakes.trace.maxLineBytes=N");
  }

  @Test
  void aDecompressionBombIsStoppedAndTheLimitNamed() throws Exception {
    Path file = folder.resolve("bomb.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      byte[] blank = new byte[1 << 20];
      Arrays.fill(blank, (byte) '\n');
      for (int i = 0; i < 64; i++) {
        out.write(blank);
      }
    }
    Limits small = new Limits(100, 1 << 20, 1 << 16, 1 << 20, 10, 10, 1 << 20, 1 << 20);

    String error =
        errorOf(() -> {
          try (var in = Compression.decompressed(Files.newInputStream(file), "bomb.gz", small)) {
            in.transferTo(OutputStream.nullOutputStream());
          }
        });

    assertThat(error).contains("bomb.gz", "decompression bomb", "limit is 100", "maxRatio=N");
  }

  @Test
  void aTextOfOursThatZstdPackedWithoutItsChecksumIsOnlyReadWhenTheUserAcceptsIt()
      throws Exception {
    Path file = folder.resolve("t.hst.zst");
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(file))) {
      out.write("#heapstakes-trace 1\nm 0 1\n".getBytes(StandardCharsets.US_ASCII));
    }

    System.setProperty("heapstakes.trace.acceptUnchecked", "true");
    try {
      assertThat(Traces.open(file.toString()).info().operations()).isEqualTo(1);
    } finally {
      System.clearProperty("heapstakes.trace.acceptUnchecked");
    }
    assertThat(errorOf(() -> Traces.open(file.toString())))
        .contains("t.hst.zst", "without a checksum", "acceptUnchecked=true", "zstd -d");
    assertThat(errorOf(() -> Traces.importTo("hst:" + file, folder.resolve("o.hsb"))))
        .contains("without a checksum");
    assertThat(errorOf(() -> Traces.check(file.toString()))).contains("without a checksum");
    assertThat(folder.resolve("o.hsb")).doesNotExist();
  }

  @Test
  void aForeignFileThatZstdPackedWithoutItsChecksumIsRead() throws Exception {
    Path file = folder.resolve("heaptrack.p.1.raw.zst");
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(file))) {
      out.write("v 10400 2\nx p\n+ 10 1 5000\n- 5000\n".getBytes(StandardCharsets.US_ASCII));
    }

    assertThat(Traces.open(file.toString()).info().operations()).isEqualTo(2);
  }

  @Test
  void anUnknownFormatIsNamedWithTheKnownOnes() throws Exception {
    Path file = Files.writeString(folder.resolve("t.txt"), "hello world\n");

    assertThat(errorOf(() -> Traces.open(file.toString())))
        .contains("t.txt", "not of a format that is recognised", "android", "hst", "hsb");
    assertThat(errorOf(() -> Traces.open("androit:" + file)))
        .contains("androit", "neither a format");
    assertThat(errorOf(() -> Traces.open(folder.resolve("none.hst").toString())))
        .contains("none.hst", "does not exist");
  }

  @Test
  void anOutputThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("t.hst"), "m 0 1\n");

    assertThat(errorOf(() -> Traces.importTo(file.toString(), folder.resolve("t.csv"))))
        .contains("t.csv", ".hsb");
    assertThat(errorOf(() -> Traces.importTo(file.toString(), folder.resolve("no/such/t.hsb"))))
        .contains("cannot be written", "folder exists");
  }

  @Test
  void anotherVersionOfTheBinaryFormIsRefusedByNumber() throws Exception {
    byte[] bytes = Files.readAllBytes(TraceFormsTest.resource("every-letter.v1.hsb"));
    bytes[8] = 4;
    Path file = Files.write(folder.resolve("t.hsb"), bytes);

    assertThat(errorOf(() -> Traces.open(file.toString())))
        .contains("version 4", "reads versions 1 to 3");
  }

  @Test
  void aBinaryFormWithARightDigestOverInvalidEventsIsStillRefused() throws IOException {
    Path file = folder.resolve("hostile.hsb");
    EventBatch batch = new EventBatch(4);
    batch.add(Op.MALLOC, 0, 8, 0);
    batch.add(Op.FREE, 0, 0, 0);
    TraceSummary lie = summaryOf(batch);
    batch.add(Op.FREE, 0, 0, 0);
    try (HsbWriter writer = new HsbWriter(file)) {
      writer.accept(batch);
      writer.finish(lie, java.util.List.of(0), java.util.List.of(), 0, CallSites.NONE);
    }

    assertThat(errorOf(() -> Traces.open(file.toString())))
        .contains("hostile.hsb, byte 128", "operation 2", "'f 0'", "holds no block here");
  }

  static TraceSummary summaryOf(EventBatch batch) {
    TraceValidator validator = new TraceValidator(Limits.current());
    validator.accept(batch, index -> "event " + index);
    return validator.summary();
  }

  static String errorOf(ThrowingCallable call) {
    TraceException error = catchThrowableOfType(TraceException.class, call);
    assertThat(error).isNotNull();
    return String.valueOf(error.getMessage());
  }
}
