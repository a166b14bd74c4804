package heapstakes.driver;

import heapstakes.setting.Printable;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Keeps the beginning and the end of what is written to it, and says when that is too much. */
public final class Excerpt extends OutputStream {
  /** Whoever writes more than this, in bytes, is not to be waited for. */
  public static final long MOST_BYTES = 16L << 20;

  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final int headBytes;
  private final byte[] tail;
  private final Runnable onTooMuch;
  private long written;

  /**
   * @param bytes kept of the beginning, and as many of the end
   * @param onTooMuch called once, when more than {@link #MOST_BYTES} have come
   */
  public Excerpt(int bytes, Runnable onTooMuch) {
    this.headBytes = bytes;
    this.tail = new byte[bytes];
    this.onTooMuch = onTooMuch;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    int toHead = Math.min(length, headBytes - head.size());
    head.write(bytes, from, toHead);
    // Of a long piece only what would not be overwritten at once.
    for (int i = Math.max(toHead, length - tail.length); i < length; i++) {
      tail[(int) ((written + i - headBytes) % tail.length)] = bytes[from + i];
    }
    boolean wasTooMuch = written > MOST_BYTES;
    written += length;
    if (!wasTooMuch && written > MOST_BYTES) {
      onTooMuch.run();
    }
  }

  /** What was kept, safe to be shown; where something was left out, that is said. */
  public synchronized String text() {
    long beyond = written - head.size();
    int kept = (int) Math.min(beyond, tail.length);
    byte[] end = new byte[kept];
    for (int i = 0; i < kept; i++) {
      end[i] = tail[(int) ((beyond - kept + i) % tail.length)];
    }
    String begin = head.toString(StandardCharsets.UTF_8);
    String last = new String(end, StandardCharsets.UTF_8);
    return Printable.lines(
        beyond > kept
            ? String.format(
                Locale.ROOT, "%s\n[... %d bytes left out ...]\n%s", begin, beyond - kept, last)
            : begin + last);
  }
}
