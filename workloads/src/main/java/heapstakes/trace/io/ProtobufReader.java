package heapstakes.trace.io;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Walks the fields of a protocol buffers message that is held in memory. After {@link #next} one of
 * the getters is called, or none to pass the field over.
 */
public final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int tag;
  private long value;

  /** What is no such message, and where. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(int at, String why) {
      super(String.format(Locale.ROOT, "byte %d: %s", at, why));
    }
  }

  /** A message that fills {@code bytes}. */
  public ProtobufReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private ProtobufReader(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Goes to the next field; whether there is one. */
  public boolean next() throws MalformedException {
    if (at == end) {
      return false;
    }
    long read = varint();
    if (read >>> 3 == 0 || read > Integer.MAX_VALUE) {
      throw malformed("there is no such field");
    }
    tag = (int) read;
    switch (wireType()) {
      case VARINT -> value = varint();
      case FIXED64 -> skip(Long.BYTES);
      case FIXED32 -> skip(Integer.BYTES);
      case BYTES -> {
        value = varint();
        if (value < 0 || value > end - at) {
          throw malformed("the field ends behind what it is in");
        }
        at += (int) value;
      }
      default -> throw malformed("there is no such kind of field");
    }
    return true;
  }

  /** The field's number, from 1. */
  public int field() {
    return tag >>> 3;
  }

  /** Where the next field begins, in bytes from the beginning of the whole. */
  public int position() {
    return at;
  }

  /** The field as a number; 0 if it is none. */
  public long number() {
    return wireType() == VARINT ? value : 0;
  }

  /** Whether the field holds bytes: a text, a message or packed numbers. */
  public boolean isBytes() {
    return wireType() == BYTES;
  }

  /** The field as a message, which is empty if it is none. */
  public ProtobufReader message() {
    return isBytes()
        ? new ProtobufReader(bytes, at - (int) value, at)
        : new ProtobufReader(bytes, at, at);
  }

  /** The field as a text. */
  public String text() {
    return isBytes()
        ? new String(bytes, at - (int) value, (int) value, StandardCharsets.UTF_8)
        : "";
  }

  /** Whether there are more numbers in a field of packed ones. */
  public boolean hasPacked() {
    return at < end;
  }

  /** The next of packed numbers. */
  public long packed() throws MalformedException {
    return varint();
  }

  private int wireType() {
    return tag & 7;
  }

  private void skip(int count) throws MalformedException {
    if (count > end - at) {
      throw malformed("the field ends behind what it is in");
    }
    at += count;
  }

  private long varint() throws MalformedException {
    long read = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == end) {
        throw malformed("a number is cut short");
      }
      byte next = bytes[at++];
      read |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return read;
      }
    }
    throw malformed("a number has more than ten bytes");
  }

  private MalformedException malformed(String why) {
    return new MalformedException(at, why);
  }
}
