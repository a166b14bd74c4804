package heapstakes.trace.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

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

  /** Of several members, as bgzip writes them and cat joins them, the head of a later one, too. */
  @ParameterizedTest
  @CsvSource({
    "trace.hst.gz,1",
    "trace.hst.gz,3",
    "trace.hst.xz,1",
    "trace.hst.xz,3",
    "trace.hst.zst,1",
    "trace.hst.zst,3"
  })
  void noBitThatFlipsMakesAnotherTraceOfIt(String name, int members) throws IOException {
    byte[] packed = packed(name, members);
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

  @ParameterizedTest
  @ValueSource(strings = {"trace.hst.gz", "trace.hst.xz", "trace.hst.zst"})
  void whatFollowsTheLastMemberIsNotPassedOver(String name) throws IOException {
    byte[] whole = packed(name, 2);
    int first = packed(name, 2, 1).length;
    byte[] followed = Arrays.copyOf(whole, whole.length + 100);
    Arrays.fill(followed, whole.length, followed.length, (byte) 'x');
    assertRefused(followed, name);
    for (int bytes : List.of(first + 1, first + 3, first + 12, whole.length - 1)) {
      assertRefused(Arrays.copyOf(whole, bytes), name);
    }
  }

  private static void assertRefused(byte[] damaged, String name) {
    assertThatThrownBy(
            () -> {
              try (InputStream in = open(damaged, name)) {
                in.readAllBytes();
              }
            })
        .as("%d bytes of %s", damaged.length, name)
        .isInstanceOf(IOException.class);
  }

  private static byte[] packed(String name, int members) throws IOException {
    return packed(name, members, members);
  }

  /** The first {@code taken} of so many members. */
  private static byte[] packed(String name, int members, int taken) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int i = 0; i < taken; i++) {
      ByteArrayOutputStream member = new ByteArrayOutputStream();
      try (OutputStream out = packing(member, name)) {
        int from = TEXT.length * i / members;
        out.write(TEXT, from, TEXT.length * (i + 1) / members - from);
      }
      packed.write(member.toByteArray());
    }
    return packed.toByteArray();
  }

  /** With a small dictionary of .xz: each try would clear 8 MiB a member otherwise. */
  private static OutputStream packing(OutputStream out, String name) throws IOException {
    return name.endsWith(".xz")
        ? new XZOutputStream(out, new LZMA2Options(LZMA2Options.PRESET_MIN))
        : Compression.compressing(out, name);
  }

  private static InputStream open(byte[] bytes, String name) throws IOException {
    return Compression.decompressed(new ByteArrayInputStream(bytes), name, Limits.current());
  }
}
