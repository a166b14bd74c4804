package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.binary.Reseal;
import heapstakes.trace.file.Traces;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.trace.text.HstFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes: a valid trace or a {@link TraceException}, soon and in little memory. */
@Timeout(7200)
@Tag("long")
class TraceFuzzTest {
  @TempDir Path folder;
  private byte[] text = new byte[0];
  private byte[] binary = new byte[0];

  @BeforeEach
  void readFixtures() throws Exception {
    text = Files.readAllBytes(TraceFormsTest.resource("every-letter.hst"));
    binary = Files.readAllBytes(TraceFormsTest.resource("every-letter.v1.hsb"));
  }

  @Test
  void aBinaryFormCutAnywhereIsRefused() throws IOException {
    for (int length = 0; length < binary.length; length++) {
      assertThat(isValidBinary(Arrays.copyOf(binary, length)))
          .as("cut to %d bytes", length)
          .isFalse();
    }
  }

  @Test
  void aFlippedBitInAnyByteOfABinaryFormIsFound() throws IOException {
    Random random = new Random(1);
    for (int at = 0; at < binary.length; at++) {
      byte[] flipped = binary.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(isValidBinary(flipped)).as("byte %d", at).isFalse();
    }
  }

  @Test
  void aTextCutAnywhereIsAValidTraceOrRefused() throws IOException {
    int accepted = 0;
    for (int length = 0; length < text.length; length++) {
      accepted += isValidText(Arrays.copyOf(text, length)) ? 1 : 0;
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void mutatedTextsAreValidTracesOrRefused() throws IOException {
    int accepted = 0;
    for (int seed = 0; seed < 3 * Mutations.COUNT; seed++) {
      Random random = new Random(seed);
      byte[] source =
          switch (seed % 3) {
            case 0 -> text;
            case 1 -> RandomTrace.text(seed, 60).getBytes(StandardCharsets.UTF_8);
            default -> RandomTrace.withCallSites(seed, 60).getBytes(StandardCharsets.UTF_8);
          };
      accepted += isValidText(mutated(source, random)) ? 1 : 0;
    }
    assertThat(accepted).isPositive();
  }

  /** Digests are set right again, so that the decoder and the validator meet the damage. */
  @Test
  void mutatedBlocksUnderARightDigestAreValidTracesOrRefused() throws Exception {
    mutatedUnderARightDigest(binaryOf(RandomTrace.text(1, 300)));
  }

  @Test
  void mutatedBlocksOfCallSitesUnderARightDigestAreValidTracesOrRefused() throws Exception {
    mutatedUnderARightDigest(binaryOf(RandomTrace.withCallSites(1, 300)));
  }

  @Test
  void aBinaryFormWithCallSitesCutOrFlippedAnywhereIsRefused() throws Exception {
    byte[] whole = binaryOf(RandomTrace.withCallSites(2, 60));
    Random random = new Random(3);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(isValidBinary(flipped)).as("byte %d", at).isFalse();
      assertThat(isValidBinary(Arrays.copyOf(whole, at))).as("cut to %d bytes", at).isFalse();
    }
  }

  private void mutatedUnderARightDigest(byte[] source) throws Exception {
    int accepted = 0;
    for (int seed = 0; seed < 3 * Mutations.COUNT; seed++) {
      Random random = new Random(seed);
      byte[] sealed = Reseal.of(source, blocks -> mutated(blocks, random));
      accepted += isValidBinary(sealed) ? 1 : 0;
    }
    // Some mutations change a size that nothing depends on, but then the head's counts differ.
    assertThat(accepted).isLessThan(3 * Mutations.COUNT);
  }

  @Test
  void compressedFormsCutAnywhereAreRefused() throws Exception {
    for (String suffix : new String[] {".hst.gz", ".hst.xz", ".hst.zst"}) {
      Path packed = folder.resolve("whole" + suffix);
      Traces.importTo(TraceFormsTest.resource("every-letter.hst").toString(), packed);
      byte[] whole = Files.readAllBytes(packed);
      for (int length = 0; length < whole.length; length++) {
        Path cut = Files.write(folder.resolve("cut" + suffix), Arrays.copyOf(whole, length));
        assertThat(
                TraceErrorsTest.errorOf(
                    () -> Traces.importTo("hst:" + cut, folder.resolve("t.hsb"))))
            .as("%s cut to %d of %d bytes", suffix, length, whole.length)
            .contains("cut.hst")
            .doesNotContain("null");
      }
    }
  }

  private boolean isValidBinary(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("mutant.hsb"), bytes);
    try {
      HsbTrace trace = HsbTrace.validated(file);
      assertThat(EventText.of(trace)).hasSize((int) trace.info().events());
      return true;
    } catch (TraceException refused) {
      assertThat(refused.getMessage()).contains("mutant.hsb");
      return false;
    }
  }

  private static boolean isValidText(byte[] bytes) {
    Limits limits = Limits.current();
    LineReader lines = new LineReader("mutant.hst", new ByteArrayInputStream(bytes), limits);
    TraceSink sink = new TraceSink("mutant.hst", limits, batch -> {});
    try {
      new HstFormat().read(lines, sink);
      return sink.finish().operations() > 0;
    } catch (TraceException refused) {
      assertThat(refused.getMessage()).contains("mutant.hst");
      return false;
    }
  }

  private static byte[] mutated(byte[] source, Random random) {
    byte[] bytes = source.clone();
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      int other = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) ('0' + random.nextInt(10));
        case 2 -> bytes[at] = bytes[other];
        case 3 ->
            System.arraycopy(
                source, Math.min(at, other), bytes, at, bytes.length - Math.max(at, other));
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  private byte[] binaryOf(String trace) throws IOException {
    Path hst = Files.writeString(folder.resolve("source.hst"), trace);
    Path hsb = folder.resolve("source.hsb");
    Traces.importTo(hst.toString(), hsb);
    return Files.readAllBytes(hsb);
  }
}
