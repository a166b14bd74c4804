package heapstakes.trace.binary;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import java.util.Locale;

/**
 * Unpacks blocks; see {@link BlockLayout}. Whatever the bytes, it ends in events within the trace's
 * tables or in {@link Damage}: a digest says that bytes arrived, not that they are harmless.
 */
final class BlockDecoder {
  /** The block cannot have been written by an encoder. */
  static final class Damage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    Damage(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    /** What is wrong, without a full stop. */
    String why() {
      return why;
    }
  }

  /** Bytes that may be read behind a block's end. */
  static final int SLACK = 16;

  private static final byte LITERAL = 6;
  private static final int CODES = 256;

  private final SlotPredictor predictor = new SlotPredictor();
  private final byte[] ops = new byte[CODES];
  private final byte[] sources = new byte[CODES];
  private final int[] constants = new int[CODES];
  private final long[] sizes = new long[CODES];
  private final long[] extras = new long[CODES];
  private final byte[] source = new byte[BlockLayout.EVENTS];
  private final int slots;
  private int lastSlot;
  private int at;

  /**
   * @param slots highest slot + 1; higher ones are damage
   */
  BlockDecoder(int slots) {
    this.slots = slots;
  }

  /**
   * Unpacks the block at index 0 of {@code block} into {@code batch}, from its index 0.
   *
   * @param length the block's length by its own header
   * @throws Damage when it is none
   */
  void decode(byte[] block, int length, EventBatch batch) {
    try {
      unpack(block, length, batch);
    } catch (IndexOutOfBoundsException e) {
      throw new Damage("its parts reach out of it");
    }
  }

  private void unpack(byte[] block, int length, EventBatch batch) {
    int events = BlockLayout.getShort(block, BlockLayout.EVENT_COUNT);
    int entries = BlockLayout.getShort(block, BlockLayout.ENTRY_COUNT);
    int literals = BlockLayout.getShort(block, BlockLayout.LITERAL_COUNT);
    int codeBits = block[BlockLayout.CODE_BITS];
    if (events == 0
        || events > BlockLayout.EVENTS
        || entries > CODES
        || codeBits < 0
        || codeBits > 8) {
      throw new Damage("its header is wrong");
    }
    at = BlockLayout.HEADER_BYTES;
    for (int code = 0; code < entries; code++) {
      readEntry(block, code);
    }
    for (int code = entries; code < 1 << codeBits && code < CODES; code++) {
      sources[code] = LITERAL;
    }
    unpackKinds(block, events, codeBits, batch);
    int codesEnd = at + BlockLayout.bytes(events, codeBits);
    at = codesEnd + distanceBytes(block);
    if (literals > 0) {
      unpackLiterals(block, events, batch);
    }
    if (at != length) {
      throw new Damage(
          String.format(Locale.ROOT, "its parts are %d bytes long, not %d", at, length));
    }
    unpackSlots(block, codesEnd, events, batch);
    batch.from = 0;
    batch.to = events;
  }

  private int distanceBytes(byte[] block) {
    int bits = block[BlockLayout.DISTANCE_BITS];
    int farBits = block[BlockLayout.FAR_BITS];
    if (bits < 1 || bits >= Integer.SIZE || farBits < 0 || farBits > Integer.SIZE) {
      throw new Damage("its header is wrong");
    }
    return BlockLayout.bytes(BlockLayout.getShort(block, BlockLayout.DISTANCE_COUNT), bits)
        + BlockLayout.bytes(BlockLayout.getShort(block, BlockLayout.FAR_COUNT), farBits);
  }

  private void unpackKinds(byte[] block, int events, int bits, EventBatch batch) {
    byte[] op = batch.op;
    int[] slot = batch.slot;
    long[] size = batch.size;
    long[] extra = batch.extra;
    for (int i = 0; i < events; i++) {
      int code = BlockLayout.getBits(block, at, i * bits, bits);
      op[i] = ops[code];
      source[i] = sources[code];
      slot[i] = constants[code];
      size[i] = sizes[code];
      extra[i] = extras[code];
    }
  }

  private void unpackLiterals(byte[] block, int events, EventBatch batch) {
    for (int i = 0; i < events; i++) {
      if (source[i] == LITERAL) {
        readEntry(block, 0);
        batch.op[i] = ops[0];
        source[i] = sources[0];
        batch.slot[i] = constants[0];
        batch.size[i] = sizes[0];
        batch.extra[i] = extras[0];
      }
    }
  }

  private void unpackSlots(byte[] block, int distances, int events, EventBatch batch) {
    int bits = block[BlockLayout.DISTANCE_BITS];
    int farBits = block[BlockLayout.FAR_BITS];
    int escape = (1 << bits) - 1;
    int fars =
        distances
            + BlockLayout.bytes(BlockLayout.getShort(block, BlockLayout.DISTANCE_COUNT), bits);
    int[] slot = batch.slot;
    int last = lastSlot;
    int near = 0;
    int far = 0;
    for (int i = 0; i < events; i++) {
      int from = source[i];
      if (from == BlockLayout.NOTHING || from == BlockLayout.CONSTANT) {
        continue;
      }
      if (from == BlockLayout.GUESSED) {
        last = predictor.guess();
        predictor.taken(last);
      } else {
        int distance = BlockLayout.getBits(block, distances, near, bits);
        near += bits;
        if (distance == escape) {
          distance = BlockLayout.getBits(block, fars, far, farBits);
          far += farBits;
        }
        last += BlockLayout.unzigzag(distance);
        if (from == BlockLayout.NAMED_FREE) {
          predictor.freed(last);
        } else if (from == BlockLayout.NAMED_NEW) {
          predictor.taken(last);
        } else if (from == LITERAL) {
          throw new Damage("it lacks literals");
        }
      }
      if (Integer.compareUnsigned(last, slots) >= 0) {
        throw new Damage(String.format(Locale.ROOT, "it names slot %d of %d", last, slots));
      }
      slot[i] = last;
    }
    if (near != BlockLayout.getShort(block, BlockLayout.DISTANCE_COUNT) * bits) {
      throw new Damage("it has more or fewer distances than its header says");
    }
    lastSlot = last;
  }

  private void readEntry(byte[] block, int code) {
    int head = block[at++];
    byte op = (byte) (head & 15);
    int from = head >> 4;
    long size = readNumber(block);
    long extra = readNumber(block);
    if (op >= Op.count() || from < 0 || from > BlockLayout.CONSTANT) {
      throw new Damage("it has an event of no known kind");
    }
    boolean constant = from == BlockLayout.CONSTANT;
    if (constant != isNumbered(op) || constant && (size < 0 || size > Integer.MAX_VALUE)) {
      throw new Damage("it has an event with a number of the wrong kind");
    }
    ops[code] = op;
    sources[code] = (byte) from;
    constants[code] = constant ? (int) size : 0;
    sizes[code] = constant ? 0 : size;
    extras[code] = extra;
  }

  private static boolean isNumbered(byte op) {
    return op == Op.THREAD || op == Op.THREAD_EXIT || op == Op.FORK || op == Op.PHASE;
  }

  private long readNumber(byte[] block) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      byte group = block[at++];
      number |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return number;
      }
    }
    if (block[at++] != 1) {
      throw new Damage("it has a number of more than 64 bits");
    }
    return number | Long.MIN_VALUE;
  }
}
