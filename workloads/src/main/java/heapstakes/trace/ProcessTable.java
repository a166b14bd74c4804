package heapstakes.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which threads and processes of a trace exist, and which slots each process holds. */
final class ProcessTable {
  private final Limits limits;

  /** The slots of each thread's process, by dense thread number. */
  private final List<SlotTable> byThread = new ArrayList<>();

  private final List<SlotTable> alive = new ArrayList<>();
  private final BitSet gone = new BitSet();
  private int current;

  ProcessTable(Limits limits) {
    this.limits = limits;
    SlotTable initial = new SlotTable();
    byThread.add(initial);
    alive.add(initial);
  }

  /** Threads that were named so far, the initial one included. */
  int threads() {
    return byThread.size();
  }

  /** Slots of the current thread's process. */
  SlotTable slots() {
    return byThread.get(current);
  }

  /** Whether the current thread, or its process, has exited. */
  boolean isCurrentGone() {
    return gone.get(current);
  }

  /** Blocks in all processes but the current one. */
  long blocksElsewhere() {
    return liveBlocks() - slots().liveBlocks();
  }

  /** Bytes in all processes but the current one. */
  long bytesElsewhere() {
    return liveBytes() - slots().liveBytes();
  }

  /** Blocks in all processes. */
  long liveBlocks() {
    return alive.stream().mapToLong(SlotTable::liveBlocks).sum();
  }

  /** Bytes in all processes. */
  long liveBytes() {
    return alive.stream().mapToLong(SlotTable::liveBytes).sum();
  }

  /** Makes {@code thread} the current one, and creates it if it is new. */
  void switchTo(int thread) {
    if (thread == byThread.size()) {
      requireLiveProcess();
      addThread(slots());
    } else {
      requireAlive(thread);
    }
    current = thread;
  }

  /** Ends {@code thread}. */
  void exitThread(int thread) {
    if (thread >= byThread.size()) {
      throw new InvalidEvent("a thread exits that never ran. Give it a 't' line or drop this one.");
    }
    requireAlive(thread);
    gone.set(thread);
  }

  /** Creates {@code child} with a copy of the current process's slots. */
  void fork(int child) {
    if (child != byThread.size()) {
      throw new InvalidEvent(
          "the child of a fork must be a thread that was not named before, for it begins here."
              + " Give it a number of its own.");
    }
    requireLiveThread();
    long slots = alive.stream().mapToLong(SlotTable::reservedSlots).sum();
    if (slots + slots().reservedSlots() > limits.maxForkedSlots()) {
      throw new InvalidEvent(
          "the live processes hold %d slots together. %s",
          slots, Limits.raise("maxForkedSlots", limits.maxForkedSlots()));
    }
    SlotTable copy = slots().copy();
    alive.add(copy);
    addThread(copy);
  }

  /** Ends the current process with all its threads. */
  void exitProcess() {
    requireLiveThread();
    SlotTable ended = slots();
    alive.removeIf(table -> table == ended);
    SlotTable nothing = new SlotTable();
    for (int thread = 0; thread < byThread.size(); thread++) {
      if (byThread.get(thread) == ended) {
        gone.set(thread);
        byThread.set(thread, nothing);
      }
    }
  }

  private void addThread(SlotTable slots) {
    if (byThread.size() >= limits.maxThreads()) {
      throw new InvalidEvent(
          "one thread too many. %s", Limits.raise("maxThreads", limits.maxThreads()));
    }
    byThread.add(slots);
  }

  private void requireLiveThread() {
    if (isCurrentGone()) {
      throw new InvalidEvent(
          "the current thread has exited ('x' or 'X'). Name the thread that does this by a 't' line"
              + " before it.");
    }
  }

  /** Of a process whose thread has exited another thread may have started the new one. */
  private void requireLiveProcess() {
    SlotTable slots = slots();
    if (isCurrentGone() && alive.stream().noneMatch(table -> table == slots)) {
      throw new InvalidEvent(
          "the process that ran until here has exited, so it has no new thread. Put a 't' line of a"
              + " thread that lives before this one.");
    }
  }

  private void requireAlive(int thread) {
    if (thread > byThread.size()) {
      throw new InvalidEvent(
          "thread %d of the file's table comes before thread %d; they are numbered by first"
              + " appearance. Import the trace again from its source.",
          thread, byThread.size());
    }
    if (gone.get(thread)) {
      throw new InvalidEvent(
          "the thread has exited ('x', or 'X' of its process) and cannot come back. A new thread"
              + " needs a new number.");
    }
  }
}
