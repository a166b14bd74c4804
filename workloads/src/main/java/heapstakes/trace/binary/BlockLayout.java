package heapstakes.trace.binary;

import heapstakes.trace.EventBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A block of the binary form: up to {@link #EVENTS} events. All numbers are little-endian.
 *
 * <pre>
 *   0  u32  length of the block, this header included
 *   4  u16  events                       (1 … 4096; only the last block has fewer than 4096)
 *   6  u16  entries of the dictionary    (0 … 256)
 *   8  u16  literals                     (events whose kind is not in the dictionary)
 *  10  u16  distances                    (events that name their slot)
 *  12  u16  far distances                (those that do not fit)
 *  14  u8   bits of a code               (0 … 8)
 *  15  u8   bits of a distance           (1 … 31)
 *  16  u8   bits of a far distance       (0 … 32)
 *  17  u24  zero
 *  20       dictionary: entries
 *           codes: one for each event, in order; the number of an entry, or the number of entries
 *           for a literal
 *           distances: zig-zag of (slot − slot named before), all ones for a far one
 *           far distances
 *           literals: entries, in order of events
 * </pre>
 *
 * An entry is a byte {@code op | source << 4}, then {@code size} and {@code extra} as LEB128,
 * unsigned. Codes, distances and far distances are arrays of bits, lowest first, each padded to
 * whole bytes.
 */
final class BlockLayout {
  /** Events of a full block: those of a batch. */
  static final int EVENTS = EventBatch.CAPACITY;

  static final int HEADER_BYTES = 20;
  static final int LENGTH = 0;
  static final int EVENT_COUNT = 4;
  static final int ENTRY_COUNT = 6;
  static final int LITERAL_COUNT = 8;
  static final int DISTANCE_COUNT = 10;
  static final int FAR_COUNT = 12;
  static final int CODE_BITS = 14;
  static final int DISTANCE_BITS = 15;
  static final int FAR_BITS = 16;

  /** Most entries of a dictionary: a literal needs a code of its own. */
  static final int MAX_ENTRIES = 255;

  /** An op and two numbers of up to 10 bytes. */
  static final int MAX_ENTRY_BYTES = 21;

  /** Nothing is longer: every event a literal with a far distance. */
  static final int MAX_BYTES =
      HEADER_BYTES + MAX_ENTRIES * MAX_ENTRY_BYTES + EVENTS * (1 + 4 + 4 + MAX_ENTRY_BYTES) + 64;

  /** The event names no slot: its column is 0. */
  static final int NOTHING = 0;

  /** A new block in the slot that is guessed. */
  static final int GUESSED = 1;

  /** A slot by distance. */
  static final int NAMED = 2;

  /** A new block in a slot that was not guessed, by distance. */
  static final int NAMED_NEW = 3;

  /** A slot that becomes free, by distance. */
  static final int NAMED_FREE = 4;

  /** The number in the slot column is the entry's size; threads and phases. */
  static final int CONSTANT = 5;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private BlockLayout() {}

  static long getLong(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  static void putLong(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }

  static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static void putInt(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  static int getShort(byte[] bytes, int at) {
    return ((short) SHORT.get(bytes, at)) & 0xffff;
  }

  static void putShort(byte[] bytes, int at, int value) {
    SHORT.set(bytes, at, (short) value);
  }

  /** The {@code bits} ≤ 32 bits that begin {@code offset} bits behind byte {@code at}. */
  static int getBits(byte[] bytes, int at, int offset, int bits) {
    return (int) ((getLong(bytes, at + (offset >>> 3)) >>> (offset & 7)) & ((1L << bits) - 1));
  }

  /** Writes what {@link #getBits} reads; the bits above are overwritten with zeros. */
  static void putBits(byte[] bytes, int at, int offset, long value) {
    int where = at + (offset >>> 3);
    long below = getLong(bytes, where) & ((1L << (offset & 7)) - 1);
    putLong(bytes, where, below | value << (offset & 7));
  }

  /** Whole bytes for {@code count} numbers of {@code bits} bits. */
  static int bytes(int count, int bits) {
    return (count * bits + 7) >>> 3;
  }

  static int zigzag(int difference) {
    return difference << 1 ^ difference >> 31;
  }

  static int unzigzag(int value) {
    return value >>> 1 ^ -(value & 1);
  }
}
