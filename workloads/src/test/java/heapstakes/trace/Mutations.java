package heapstakes.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files as disks, editors and attackers do; the same seed gives the same damage. */
public final class Mutations {
  /** How many are tried of each seed file: {@code -Dstress.mutations=1000000} for more. */
  public static final int COUNT = Integer.getInteger("stress.mutations", 1000);

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "16",
          "4294967296",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "18446744073709551616",
          "99999999999999999999999",
          "0x",
          "0xffffffffffffffff",
          "0x10000000000000000",
          "1e400",
          "NaN",
          "",
          "nil",
          "(nil)",
          "null",
          "é",
          "\u0000",
          "\n",
          "\r\n",
          "\"",
          "}",
          "[",
          "#");

  private Mutations() {}

  /** A copy with one to four damages. */
  public static byte[] of(byte[] source, Random random) {
    byte[] bytes = source.clone();
    for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 0; times--) {
      bytes = once(bytes, source, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, byte[] source, Random random) {
    int at = random.nextInt(bytes.length);
    int other = random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0 -> bytes[at] = (byte) random.nextInt(256);
      case 1 -> bytes[at] = (byte) ('0' + random.nextInt(10));
      case 2 -> bytes[at] = bytes[other];
      case 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 4 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 5 -> {
        return spliced(bytes, at, at, slice(source, random));
      }
      case 6 -> {
        return spliced(bytes, Math.min(at, other), Math.max(at, other), new byte[0]);
      }
      case 7 -> {
        return spliced(bytes, at, at, bytes.clone());
      }
      default -> {
        String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
        return spliced(bytes, at, wordEnd(bytes, at), number.getBytes(ISO_8859_1));
      }
    }
    return bytes;
  }

  private static byte[] slice(byte[] source, Random random) {
    int from = random.nextInt(source.length);
    return Arrays.copyOfRange(
        source, from, Math.min(source.length, from + 1 + random.nextInt(200)));
  }

  private static int wordEnd(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && Character.isLetterOrDigit(bytes[end])) {
      end++;
    }
    return end;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
