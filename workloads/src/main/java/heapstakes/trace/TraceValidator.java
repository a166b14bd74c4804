package heapstakes.trace;

import java.util.Arrays;
import java.util.Locale;

/**
 * Proves, in one pass and 8 bytes a slot, that a replay of the events stays within its blocks and
 * its tables, and counts on the way. Without it a double free or a store past a block's end would
 * break the heap that is measured, and be taken for the allocator's fault.
 */
public final class TraceValidator {
  /** Says where an event of the current batch stands. */
  public interface Place {
    /** File and line, or file and byte offset, of the event at {@code index} of the batch. */
    String at(int index);

    /** The source's own number of the thread with this dense number. */
    default int threadId(int number) {
      return number;
    }
  }

  private final Limits limits;
  private final ProcessTable processes;
  private final long[] counts = new long[Op.count()];
  private final long[] magnitudes = new long[TraceSummary.MAGNITUDES];
  private SlotTable slots;
  private boolean gone;
  private long blocksElsewhere;
  private long bytesElsewhere;
  private long requestedBytes;
  private long peakBlocks;
  private long peakBytes;
  private long nanos;
  private int slotLimit;
  private int phases;

  /** A trace from its beginning. */
  public TraceValidator(Limits limits) {
    this.limits = limits;
    processes = new ProcessTable(limits);
    slots = processes.slots();
  }

  /**
   * Checks the events of {@code batch}, which continue those of the calls before.
   *
   * @throws TraceException at the first event that cannot be
   */
  public void accept(EventBatch batch, Place place) {
    int i = batch.from;
    try {
      for (; i < batch.to; i++) {
        byte op = batch.op[i];
        check(op, batch.slot[i], batch.size[i], batch.extra[i]);
        counts[op]++;
      }
    } catch (InvalidEvent invalid) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, operation %d: %s: %s",
              place.at(i),
              operations(),
              show(batch, i, place),
              invalid.getMessage()));
    }
  }

  /** What was counted; the trace ends here. */
  public TraceSummary summary() {
    return new TraceSummary(
        Arrays.stream(counts).boxed().toList(),
        Arrays.stream(magnitudes).boxed().toList(),
        requestedBytes,
        Math.max(1, slotLimit),
        processes.threads(),
        phases,
        peakBlocks,
        peakBytes,
        processes.liveBlocks(),
        processes.liveBytes());
  }

  /** Operations that were accepted so far: the number of the next one. */
  long operations() {
    long operations = 0;
    for (int op = 0; op <= Op.LAST_OPERATION; op++) {
      operations += counts[op];
    }
    return operations;
  }

  private void check(byte op, int slot, long size, long extra) {
    if (op <= Op.LAST_OPERATION) {
      if (gone) {
        throw new InvalidEvent(
            "the current thread has exited ('x' or 'X'). Name the thread that does this by a 't'"
                + " line before it.");
      }
      checkOperation(op, slot, size, extra);
    } else {
      checkMark(op, slot, size, extra);
    }
  }

  private void checkOperation(byte op, int slot, long size, long extra) {
    if (slot < 0 || slot >= slotLimit) {
      useNewSlot(op, slot);
    }
    switch (op) {
      case Op.MALLOC, Op.CALLOC -> allocate(slot, Request.bytes(op, size, extra));
      case Op.FREE -> slots.empty(slot, requireBlock(slot));
      case Op.REALLOC -> reallocate(slot, Request.bytes(op, size, extra));
      case Op.MEMALIGN -> {
        requireAlignment(extra);
        allocate(slot, Request.bytes(op, size, extra));
      }
      case Op.STORE, Op.LOAD -> requireInside(requireBlock(slot), extra, size);
      default -> requireBytes(size);
    }
  }

  private void checkMark(byte op, int number, long size, long extra) {
    switch (op) {
      case Op.THREAD -> processes.switchTo(number);
      case Op.THREAD_EXIT -> processes.exitThread(number);
      case Op.CLOCK -> advance(size);
      case Op.PHASE -> requirePhase(number);
      case Op.FORK -> processes.fork(number);
      case Op.EXIT -> processes.exitProcess();
      case Op.BREAK -> requireMove(size, extra);
      default -> throw new InvalidEvent("there is no such kind of event.");
    }
    if (op != Op.CLOCK && op != Op.PHASE && op != Op.BREAK) {
      look();
    }
  }

  /** Caches what the process table says of the current thread. */
  private void look() {
    slots = processes.slots();
    gone = processes.isCurrentGone();
    blocksElsewhere = processes.blocksElsewhere();
    bytesElsewhere = processes.bytesElsewhere();
    notePeak();
  }

  private void notePeak() {
    peakBlocks = Math.max(peakBlocks, slots.liveBlocks() + blocksElsewhere);
    peakBytes =
        Math.max(
            peakBytes, requireSum(slots.liveBytes() + bytesElsewhere, "the live blocks together"));
  }

  private void allocate(int slot, long bytes) {
    long before = slots.size(slot);
    if (before != SlotTable.EMPTY) {
      throw new InvalidEvent(
          "slot %d still holds a block of %d bytes, which would be lost. Free it first, or use a"
              + " slot that is empty.",
          slot, before);
    }
    slots.fill(slot, Math.max(0, bytes)); // of what is refused the slot holds nothing, to be freed
    noteRequest(bytes);
  }

  private void reallocate(int slot, long bytes) {
    long before = slots.size(slot);
    if (before == SlotTable.EMPTY) {
      slots.fill(slot, Math.max(0, bytes));
    } else if (bytes != Request.REFUSED) {
      slots.resize(slot, before, bytes);
    }
    noteRequest(bytes);
  }

  private void noteRequest(long bytes) {
    magnitudes[TraceSummary.magnitude(bytes)]++;
    requestedBytes = requireSum(requestedBytes + Math.max(0, bytes), "all requests together");
    notePeak();
  }

  private long requireBlock(int slot) {
    long size = slots.size(slot);
    if (size == SlotTable.EMPTY) {
      throw new InvalidEvent(
          "slot %d holds no block here: it was never allocated, or is freed already. Drop the line"
              + " or correct the slot.",
          slot);
    }
    return size;
  }

  private void useNewSlot(byte op, int slot) {
    if (op == Op.TRIM) {
      return;
    }
    if (slot < 0 || slot >= limits.maxSlots()) {
      throw new InvalidEvent(
          "slot %d is out of range. %s", slot, Limits.raise("maxSlots", limits.maxSlots()));
    }
    if (slot >= Limits.SPARSE_SLOTS + 16 * (operations() + 1)) {
      throw new InvalidEvent(
          "slot %d at this place means slots are not dense, and a replay keeps a table of them."
              + " Number blocks from 0 and reuse the number of a block that was freed.",
          slot);
    }
    slotLimit = slot + 1;
  }

  private static long requireBytes(long bytes) {
    if (bytes < 0 || bytes > Request.MAX_BYTES) {
      throw new InvalidEvent(
          "%s bytes are more than the 2^47 bytes that a process can address: the file is damaged."
              + " Correct or drop the line.",
          Long.toUnsignedString(bytes));
    }
    return bytes;
  }

  /** Adds no more than a request, or a fork's copy of such a sum: what overflows is negative. */
  private static long requireSum(long bytes, String what) {
    if (bytes < 0 || bytes > Limits.MAX_SUM) {
      throw new InvalidEvent(
          "%s come to %s bytes, more than the 2^62 that are counted: the file is damaged, or its"
              + " sizes are no program's. Correct or drop the line.",
          what, Long.toUnsignedString(bytes));
    }
    return bytes;
  }

  private static void requireAlignment(long alignment) {
    if (Long.bitCount(alignment) != 1 || alignment < 0 || alignment > Request.MAX_BYTES) {
      throw new InvalidEvent(
          "the alignment %d is not a power of two up to 2^47. Correct the line.", alignment);
    }
  }

  private static void requireInside(long block, long offset, long length) {
    if (offset < 0 || length < 0 || offset > block || length > block - offset) {
      throw new InvalidEvent(
          "%d bytes at offset %d reach out of the block, which has %d bytes. Shorten the access or"
              + " enlarge the block.",
          length, offset, block);
    }
  }

  private void requirePhase(int number) {
    if (number > phases || number < 0) {
      throw new InvalidEvent(
          "phase %d of the file's table comes before phase %d; they are numbered by first"
              + " appearance. Import the trace again from its source.",
          number, phases);
    }
    phases = Math.max(phases, number + 1);
  }

  private void requireMove(long bytes, long down) {
    requireBytes(bytes);
    if (down != 0 && down != 1) {
      throw new InvalidEvent("the break moves up (0) or down (1), and this says %d.", down);
    }
    if (gone) {
      throw new InvalidEvent(
          "the current thread has exited ('x' or 'X'). Name the thread that does this by a 't' line"
              + " before it.");
    }
  }

  private void advance(long by) {
    if (by < 0 || by > Long.MAX_VALUE / 2 - nanos) {
      throw new InvalidEvent(
          "the virtual clock would run over 146 years. It counts nanoseconds; correct the line.");
    }
    nanos += by;
  }

  private static String show(EventBatch batch, int i, Place place) {
    byte op = batch.op[i];
    if (op < 0 || op >= Op.count()) {
      return "kind " + op;
    }
    boolean names = op == Op.THREAD || op == Op.THREAD_EXIT || op == Op.FORK;
    int number = names ? place.threadId(batch.slot[i]) : batch.slot[i];
    return "'" + Op.line(op, number, batch.size[i], batch.extra[i]) + "'";
  }
}
