package heapstakes.driver;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** The 64-bit words of a frame's payload, in order. */
final class Words {
  private static final long NOT_MEASURED = -1;

  private final ByteBuffer payload;

  /**
   * @param payload little-endian
   */
  Words(ByteBuffer payload) {
    this.payload = payload;
  }

  long next() {
    return payload.getLong();
  }

  OptionalLong optional() {
    long word = payload.getLong();
    return word == NOT_MEASURED ? OptionalLong.empty() : OptionalLong.of(word);
  }

  boolean isEmpty() {
    return payload.remaining() < Long.BYTES;
  }
}
