package heapstakes.trace.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
  private static final byte[] TEXT = lines().getBytes(UTF_8);

  /** A bit of each byte, another of its neighbour; all with {@code -Dstress.dose=7}. */
  private static final int STEP = Math.max(1, 7 / Integer.getInteger("stress.dose", 1));

  private static String lines() {
    StringBuilder text = new StringBuilder("#heapstakes-trace 1\n");
    for (int i = 0; i < 100; i++) {
      text.append("m ").append(i).append(' ').append(i * 7919 % 5003).append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"trace.hst.gz", "trace.hst.xz", "trace.hst.zst"})
  void noBitThatFlipsMakesAnotherTraceOfIt(String name) throws IOException {
    byte[] packed = packed(name);
    int tried = 0;
    int noticed = 0;
    for (int bit = 0; bit < 8 * packed.length; bit += STEP) {
      tried++;
      byte[] flipped = packed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try (InputStream in = open(flipped, name)) {
        byte[] read = in.readAllBytes();
        // A magic number that is none any longer makes it another kind of file, read as it is.
        if (!new String(read, UTF_8).equals(new String(flipped, UTF_8))) {
          assertThat(read).as("bit %d of %s", bit, name).isEqualTo(TEXT);
        }
      } catch (IOException | TraceException e) {
        noticed++;
      }
    }
    assertThat(noticed).isGreaterThan(tried / 2);
  }

  private static byte[] packed(String name) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = Compression.compressing(packed, name)) {
      out.write(TEXT);
    }
    return packed.toByteArray();
  }

  private static InputStream open(byte[] bytes, String name) throws IOException {
    return Compression.decompressed(new ByteArrayInputStream(bytes), name, Limits.current());
  }
}
