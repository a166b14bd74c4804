package heapstakes.trace.binary;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import java.util.Arrays;

/** Packs events into blocks; see {@link BlockLayout}. The same events give the same bytes. */
final class BlockEncoder {
  private static final int TABLE = 2 * BlockLayout.EVENTS;

  private final SlotPredictor predictor = new SlotPredictor();
  private final byte[] block = new byte[BlockLayout.MAX_BYTES];
  private final KindTable kinds = new KindTable(TABLE);
  private final int[] kind = new int[BlockLayout.EVENTS];
  private final int[] distances = new int[BlockLayout.EVENTS];
  private int distanceCount;
  private int distanceBits;
  private int farBits;
  private int lastSlot;
  private int at;

  /** Packs events {@code [from, to)}, at most {@link BlockLayout#EVENTS}, and gives the length. */
  int encode(EventBatch batch, int from, int to) {
    kinds.clear();
    distanceCount = 0;
    for (int i = from; i < to; i++) {
      kind[i - from] = classify(batch, i);
    }
    int events = to - from;
    Dictionary dictionary = kinds.dictionary(events);
    at = BlockLayout.HEADER_BYTES;
    for (int entry = 0; entry < dictionary.entries(); entry++) {
      putEntry(dictionary.kind(entry));
    }
    putCodes(events, dictionary);
    int far = putDistances();
    int literals = putLiterals(events, dictionary);
    putHeader(events, dictionary, far, literals);
    return at;
  }

  /** Where the block is, from index 0; overwritten by the next call. */
  byte[] bytes() {
    return block;
  }

  private int classify(EventBatch batch, int i) {
    byte op = batch.op[i];
    int slot = batch.slot[i];
    long size = batch.size[i];
    long extra = batch.extra[i];
    return switch (op) {
      case Op.MALLOC, Op.CALLOC, Op.MEMALIGN -> kinds.of(op, sourceOfNew(slot), size, extra);
      case Op.REALLOC -> kinds.of(op, sourceOfRealloc(slot), size, extra);
      case Op.FREE -> {
        name(slot);
        predictor.freed(slot);
        yield kinds.of(op, BlockLayout.NAMED_FREE, size, extra);
      }
      case Op.STORE, Op.LOAD -> {
        name(slot);
        yield kinds.of(op, BlockLayout.NAMED, size, extra);
      }
      case Op.THREAD, Op.THREAD_EXIT, Op.FORK, Op.PHASE ->
          kinds.of(op, BlockLayout.CONSTANT, slot, 0);
      default -> kinds.of(op, BlockLayout.NOTHING, size, extra);
    };
  }

  private int sourceOfNew(int slot) {
    boolean guessed = predictor.guess() == slot;
    predictor.taken(slot);
    if (guessed) {
      lastSlot = slot;
      return BlockLayout.GUESSED;
    }
    name(slot);
    return BlockLayout.NAMED_NEW;
  }

  /** Whether the slot is empty is not known here: a right guess says that it is. */
  private int sourceOfRealloc(int slot) {
    if (predictor.guess() == slot) {
      predictor.taken(slot);
      lastSlot = slot;
      return BlockLayout.GUESSED;
    }
    name(slot);
    return BlockLayout.NAMED;
  }

  private void name(int slot) {
    distances[distanceCount++] = BlockLayout.zigzag(slot - lastSlot);
    lastSlot = slot;
  }

  private void putEntry(int entry) {
    block[at++] = kinds.head(entry);
    putNumber(kinds.size(entry));
    putNumber(kinds.extra(entry));
  }

  private void putNumber(long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      block[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    block[at++] = (byte) rest;
  }

  private void putCodes(int events, Dictionary dictionary) {
    int bits = dictionary.codeBits();
    for (int i = 0; i < events; i++) {
      BlockLayout.putBits(block, at, i * bits, dictionary.code(kind[i]));
    }
    at += BlockLayout.bytes(events, bits);
  }

  private int putDistances() {
    chooseDistanceBits();
    int escape = (1 << distanceBits) - 1;
    for (int i = 0; i < distanceCount; i++) {
      boolean near = Integer.compareUnsigned(distances[i], escape) < 0;
      BlockLayout.putBits(block, at, i * distanceBits, near ? distances[i] : escape);
    }
    at += BlockLayout.bytes(distanceCount, distanceBits);
    int far = 0;
    for (int i = 0; i < distanceCount; i++) {
      if (Integer.compareUnsigned(distances[i], escape) >= 0) {
        BlockLayout.putBits(block, at, far++ * farBits, distances[i] & 0xffff_ffffL);
      }
    }
    at += BlockLayout.bytes(far, farBits);
    return far;
  }

  /** The width that makes near and far distances shortest together. */
  private void chooseDistanceBits() {
    int[] wider = new int[Integer.SIZE + 2];
    farBits = 0;
    for (int i = 0; i < distanceCount; i++) {
      // All ones escape, so a value needs the bits of its successor.
      long needed = Long.SIZE - Long.numberOfLeadingZeros((distances[i] & 0xffff_ffffL) + 1);
      wider[(int) needed]++;
      farBits = Math.max(farBits, Integer.SIZE - Integer.numberOfLeadingZeros(distances[i]));
    }
    long best = Long.MAX_VALUE;
    int far = distanceCount;
    for (int bits = 1; bits < Integer.SIZE; bits++) {
      far -= wider[bits];
      long cost = (long) bits * distanceCount + (long) far * farBits;
      if (cost < best) {
        best = cost;
        distanceBits = bits;
      }
    }
  }

  private int putLiterals(int events, Dictionary dictionary) {
    int literals = 0;
    if (!dictionary.isComplete()) {
      for (int i = 0; i < events; i++) {
        if (dictionary.code(kind[i]) == dictionary.entries()) {
          putEntry(kind[i]);
          literals++;
        }
      }
    }
    return literals;
  }

  private void putHeader(int events, Dictionary dictionary, int far, int literals) {
    Arrays.fill(block, 0, BlockLayout.HEADER_BYTES, (byte) 0);
    BlockLayout.putInt(block, BlockLayout.LENGTH, at);
    BlockLayout.putShort(block, BlockLayout.EVENT_COUNT, events);
    BlockLayout.putShort(block, BlockLayout.ENTRY_COUNT, dictionary.entries());
    BlockLayout.putShort(block, BlockLayout.LITERAL_COUNT, literals);
    BlockLayout.putShort(block, BlockLayout.DISTANCE_COUNT, distanceCount);
    BlockLayout.putShort(block, BlockLayout.FAR_COUNT, far);
    block[BlockLayout.CODE_BITS] = (byte) dictionary.codeBits();
    block[BlockLayout.DISTANCE_BITS] = (byte) distanceBits;
    block[BlockLayout.FAR_BITS] = (byte) farBits;
  }
}
