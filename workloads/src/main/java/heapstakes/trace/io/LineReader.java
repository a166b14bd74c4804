package heapstakes.trace.io;

import heapstakes.trace.Limits;
import heapstakes.trace.TraceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Scans text lines of words in place: no string is made but for errors. Positions are meaningful
 * until the next {@link #next}.
 */
public final class LineReader {
  /** Most files that are looked at are small, or only their heads are. */
  private static final int FIRST_BUFFER_BYTES = 1 << 13;

  private static final int BUFFER_BYTES = 1 << 18;

  /** From so many on a number may need all 64 bits. */
  private static final int SAFE_DIGITS = 19;

  private final String name;
  private final InputStream in;
  private final int maxLineBytes;
  private byte[] buffer;
  private int start;
  private int at;
  private int end;
  private int filled;
  private boolean exhausted;
  private long line;
  private String form = "";

  /**
   * @param name of the file, for errors
   */
  public LineReader(String name, InputStream in, Limits limits) {
    this.name = name;
    this.in = in;
    maxLineBytes = limits.maxLineBytes();
    buffer = new byte[FIRST_BUFFER_BYTES];
  }

  /** A reader of the whole lines of a file's first bytes. */
  public static LineReader ofHead(byte[] head) {
    return new LineReader("", new ByteArrayInputStream(head), Limits.current());
  }

  /**
   * The whole file as bytes, for a binary format; instead of {@link #next}, before its first call.
   */
  public InputStream bytes() {
    InputStream before = new ByteArrayInputStream(buffer, 0, filled);
    return exhausted ? before : new SequenceInputStream(before, in);
  }

  /** Goes to the next line, if there is one. */
  public boolean next() {
    start = end + (line == 0 ? 0 : 1);
    int scan = start;
    while (true) {
      while (scan < filled && buffer[scan] != '\n') {
        scan++;
      }
      if (scan < filled || exhausted) {
        break;
      }
      int kept = filled - Math.min(start, filled);
      if (kept > maxLineBytes) {
        line++;
        throw tooLong();
      }
      refill(kept);
      scan = kept;
    }
    if (start >= filled) {
      end = line == 0 ? 0 : filled - 1;
      return false;
    }
    line++;
    end = scan;
    at = start;
    if (end - start > maxLineBytes) {
      throw tooLong();
    }
    return true;
  }

  /** How the line should be written, for errors about any line from here on. */
  public void expect(String form) {
    this.form = form;
  }

  /** The number of the line, from 1. */
  public long line() {
    return line;
  }

  /** The name of the file, for messages. */
  public String name() {
    return name;
  }

  /** The next byte of the line that is no blank, which is consumed; -1 at the end of the line. */
  public int letter() {
    return skipBlanks() ? buffer[at++] : -1;
  }

  /** What {@link #letter} will give. */
  public int peek() {
    return skipBlanks() ? buffer[at] : -1;
  }

  /** Whether a blank or the line's end follows immediately. */
  public boolean atWordEnd() {
    return at >= end || isBlank(buffer[at]);
  }

  /** Reads a whole decimal number up to {@code max}; {@code what} names it in the error. */
  public long number(String what, long max) {
    long value = digits(what, max);
    if (!atWordEnd()) {
      throw malformed(String.format(Locale.ROOT, "%s is not a whole decimal number", what));
    }
    return value;
  }

  /** Reads a whole decimal number up to 2^64 − 1, as an unsigned one. */
  public long size(String what) {
    if (!skipBlanks()) {
      throw malformed(String.format(Locale.ROOT, "%s is missing", what));
    }
    int from = at;
    int to = from;
    while (to < end && !isBlank(buffer[to])) {
      to++;
    }
    if (to - from < SAFE_DIGITS) {
      return number(what, Long.MAX_VALUE);
    }
    String digits = new String(buffer, from, to - from, StandardCharsets.UTF_8);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw malformed(String.format(Locale.ROOT, "%s is not a whole decimal number", what));
    }
    try {
      long size = Long.parseUnsignedLong(digits);
      at = to;
      return size;
    } catch (NumberFormatException tooLarge) {
      throw malformed(
          String.format(
              Locale.ROOT,
              "%s %.30s is out of range: 0 to %s",
              what,
              digits,
              Long.toUnsignedString(-1)));
    }
  }

  /** As {@link #number}, for one that {@code mark} must follow at once, which is consumed. */
  public long numberBefore(char mark, String what, long max) {
    long value = digits(what, max);
    if (at >= end || buffer[at++] != mark) {
      throw malformed(
          String.format(Locale.ROOT, "%s is not a whole decimal number before '%s'", what, mark));
    }
    return value;
  }

  private long digits(String what, long max) {
    if (!skipBlanks()) {
      throw malformed(String.format(Locale.ROOT, "%s is missing", what));
    }
    int from = at;
    long value = 0;
    while (at < end) {
      int digit = buffer[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (value > (max - digit) / 10) {
        throw outOfRange(what, from, max);
      }
      value = value * 10 + digit;
      at++;
    }
    if (at == from) {
      throw malformed(String.format(Locale.ROOT, "%s is not a whole decimal number", what));
    }
    return value;
  }

  /** Reads a hexadecimal number with {@code 0x} before it. */
  public long hexadecimal(String what) {
    if (letter() != '0' || at >= end || (buffer[at] | 0x20) != 'x') {
      throw malformed(String.format(Locale.ROOT, "%s is not a hexadecimal number, 0x…", what));
    }
    int from = ++at;
    long value = 0;
    while (at < end && !isBlank(buffer[at])) {
      int digit = Character.digit(buffer[at], 16);
      if (digit < 0 || value >>> 60 != 0) {
        throw malformed(
            String.format(Locale.ROOT, "%s is not a hexadecimal number of up to 64 bits", what));
      }
      value = value << 4 | digit;
      at++;
    }
    if (at == from) {
      throw malformed(String.format(Locale.ROOT, "%s is not a hexadecimal number, 0x…", what));
    }
    return value;
  }

  /** Reads a word of letters; empty at the end of the line. */
  public String word() {
    skipBlanks();
    int from = at;
    while (at < end && !isBlank(buffer[at])) {
      at++;
    }
    return new String(buffer, from, at - from, StandardCharsets.UTF_8);
  }

  /** The rest of the line without blanks around it. */
  public String rest() {
    skipBlanks();
    String rest = new String(buffer, at, Math.max(0, end - at), StandardCharsets.UTF_8);
    at = end;
    return rest.strip();
  }

  /** The whole line, whatever of it was read, without blanks around it; nothing is read by it. */
  public String text() {
    return new String(buffer, start, Math.max(0, end - start), StandardCharsets.UTF_8).strip();
  }

  /** Throws unless the line is used up. */
  public void requireEnd() {
    if (skipBlanks()) {
      throw malformed("there is more on the line than belongs there");
    }
  }

  /** An error about the current line: why it cannot be, and how to mend it. */
  public TraceException malformed(String why) {
    int length = Math.min(end - start, 60);
    String text = new String(buffer, start, Math.max(0, length), StandardCharsets.UTF_8);
    String shown = text.strip().replaceAll("[^\\p{Print}\\p{L}]", "?");
    return new TraceException(
        String.format(
            Locale.ROOT,
            "%s, line %d: '%s': %s.%s",
            name,
            line,
            shown,
            why,
            form.isEmpty() ? "" : " It is written: " + form + "."));
  }

  private TraceException outOfRange(String what, int from, long max) {
    while (!atWordEnd()) {
      at++;
    }
    String digits = new String(buffer, from, Math.min(at - from, 30), StandardCharsets.UTF_8);
    return malformed(
        String.format(Locale.ROOT, "%s %s is out of range: 0 to %d", what, digits, max));
  }

  private TraceException tooLong() {
    return new TraceException(
        String.format(
            Locale.ROOT,
            "%s, line %d: the line is longer than any that a trace has. %s",
            name,
            line,
            Limits.raise("maxLineBytes", maxLineBytes)));
  }

  private boolean skipBlanks() {
    while (at < end && isBlank(buffer[at])) {
      at++;
    }
    return at < end;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  /** Moves the unfinished line to the front and reads behind it. */
  private void refill(int kept) {
    byte[] before = buffer;
    if (filled > before.length / 2 && before.length < BUFFER_BYTES + maxLineBytes) {
      buffer = new byte[Math.min(4 * before.length, BUFFER_BYTES + maxLineBytes)];
    }
    System.arraycopy(before, filled - kept, buffer, 0, kept);
    start = 0;
    filled = kept;
    try {
      int got = in.read(buffer, kept, buffer.length - kept);
      exhausted = got < 0;
      filled += Math.max(0, got);
    } catch (IOException e) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, behind line %d: it cannot be read on: %s. Is it cut short? Get it again.",
              name,
              line,
              e.getMessage()),
          e);
    }
  }

  /** The first bytes, which stay to be read. */
  public byte[] head(int bytes) {
    while (filled < bytes && !exhausted) {
      int before = filled;
      refill(before);
    }
    return Arrays.copyOf(buffer, Math.min(filled, bytes));
  }
}
