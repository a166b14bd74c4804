package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceSink;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** A pass over a {@code .wl} file: its head, then its threads' blocks, side by side. */
final class WorkloadReader {
  /** Commands that a thread does before the next one's turn. */
  static final int TURN = 32;

  private static final int DONE = 1;
  private static final int POINTERS = 8;
  private static final int SYNCS = 9;
  private static final int THREADS = 10;
  private static final int START = 11;
  private static final long PAGE = 4096;

  private final String name;
  private final byte[] bytes;
  private final TraceSink sink;
  private final RecordedHeap heap;
  private final BitSet released = new BitSet();
  private long pointers;
  private long syncs;

  /** Bytes that belong to no thread yet; blocks that overlap would use them up. */
  private long unread;

  WorkloadReader(String name, byte[] bytes, TraceSink sink) {
    this.name = name;
    this.bytes = bytes;
    this.sink = sink;
    heap = new RecordedHeap(sink);
    unread = bytes.length;
  }

  /** The pointers', the marks' and the threads' number come first, then where threads start. */
  static boolean recognises(byte[] head) {
    int at = 0;
    for (int command = POINTERS; command <= THREADS; command++) {
      if (at >= head.length || head[at++] != command) {
        return false;
      }
      while (at < head.length && head[at] < 0) {
        at++;
      }
      at++;
    }
    return at < head.length && head[at] == START;
  }

  void read() {
    Deque<Block> turns = new ArrayDeque<>(threads());
    int waiting = 0;
    while (!turns.isEmpty()) {
      Block block = turns.removeFirst();
      boolean moved = block.run();
      waiting = moved ? 0 : waiting + 1;
      if (!block.done) {
        turns.addLast(block);
        if (waiting >= turns.size()) {
          throw malformed(block.at, "all threads wait here for marks that none of them sets");
        }
      }
    }
    heap.finish();
  }

  private List<Block> threads() {
    Block head = new Block(0, 0);
    List<Block> threads = new ArrayList<>();
    while (true) {
      int from = head.at;
      switch (head.command()) {
        case POINTERS -> pointers = head.integer();
        case SYNCS -> syncs = head.integer();
        case THREADS -> head.integer();
        case START -> threads.add(new Block(threads.size(), offset(head)));
        case DONE -> {
          return threads;
        }
        default -> throw malformed(from, "no command of a file's head has number " + bytes[from]);
      }
    }
  }

  private int offset(Block head) {
    int from = head.at;
    long offset = head.integer();
    if (offset >= bytes.length) {
      throw malformed(
          from, String.format(Locale.ROOT, "a thread begins at byte %d, behind the end", offset));
    }
    return (int) offset;
  }

  private TraceException malformed(int at, String why) {
    return new TraceException(
        String.format(
            Locale.ROOT,
            "%s, byte %d: %s. Is it cut short? Get the file again, or make it again by trace2wl.",
            name,
            at,
            why));
  }

  /** A thread's commands, as far as they were read. */
  private final class Block {
    private final int thread;
    private int at;
    private boolean done;

    Block(int thread, int at) {
      this.thread = thread;
      this.at = at;
    }

    /** Takes a turn; whether there was anything to do but to wait. */
    boolean run() {
      for (int i = 0; i < TURN && !done; i++) {
        int from = at;
        if (!step()) {
          unread += at - from;
          at = from;
          return i > 0;
        }
      }
      return true;
    }

    /** Does a command; false if it waits. */
    private boolean step() {
      int from = at;
      switch (command()) {
        case 0 -> {
          // nothing to do
        }
        case DONE -> done = true;
        case 2 -> {
          long pointer = pointer();
          here().malloc(pointer, integer(), from);
        }
        case 3 -> {
          long pointer = pointer();
          here().calloc(pointer, 1, integer(), from);
        }
        case 4 -> {
          long pointer = pointer();
          long old = pointer();
          here().realloc(old, pointer, integer(), from);
        }
        case 5 -> here().free(pointer(), from);
        case 6 -> released.set(mark());
        case 7 -> {
          return released.get(mark());
        }
        case 12 -> {
          long pointer = pointer();
          long alignment = integer();
          here().memalign(pointer, alignment, integer(), from);
        }
        case 13 -> {
          long pointer = pointer();
          here().memalign(pointer, PAGE, integer(), from);
        }
        case 14 -> {
          long pointer = pointer();
          here().memalign(pointer, PAGE, (integer() + PAGE - 1) & -PAGE, from);
        }
        default -> throw malformed(from, "no command has number " + (bytes[from] & 0xff));
      }
      return true;
    }

    private RecordedHeap here() {
      heap.switchTo(thread, at);
      return heap;
    }

    private int command() {
      return next() & 0xff;
    }

    private long pointer() {
      int from = at;
      long pointer = integer();
      if (pointer > pointers) {
        throw malformed(
            from,
            String.format(
                Locale.ROOT, "pointer %d is beyond the %d of the head", pointer, pointers));
      }
      return pointer;
    }

    private int mark() {
      int from = at;
      long mark = integer();
      if (mark > syncs || mark > 8L * bytes.length) {
        throw malformed(
            from, String.format(Locale.ROOT, "mark %d is beyond the %d of the head", mark, syncs));
      }
      return (int) mark;
    }

    /** Seven bits a byte, high ones first; the high bit of a byte says that another follows. */
    private long integer() {
      int from = at;
      long value = 0;
      byte group;
      do {
        group = next();
        if (value >>> 57 != 0) {
          throw malformed(from, "the number has more than 64 bits");
        }
        value = value << 7 | group & 0x7f;
      } while (group < 0);
      if (value < 0) {
        throw malformed(from, "the number has 64 bits, more than any size");
      }
      return value;
    }

    private byte next() {
      if (at >= bytes.length) {
        throw malformed(at, "the file ends within a block");
      }
      if (unread-- <= 0) {
        throw malformed(at, "blocks of threads overlap");
      }
      return bytes[at++];
    }
  }
}
