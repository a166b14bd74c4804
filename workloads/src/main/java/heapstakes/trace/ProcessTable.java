package heapstakes.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which threads and processes of a trace exist, and which slots each process holds. No event takes
 * longer where there are more of them, but that a fork copies its parent's table.
 */
final class ProcessTable {
  private final Limits limits;

  /** The process of each thread, by dense thread number. */
  private final List<Process> byThread = new ArrayList<>();

  /** Threads that have exited by themselves. */
  private final BitSet gone = new BitSet();

  private int current;
  private Process process;

  // What the processes other than the current one hold together.
  private long blocksElsewhere;
  private long bytesElsewhere;
  private long reservedElsewhere;

  private static final class Process {
    SlotTable slots;
    boolean ended;

    Process(SlotTable slots) {
      this.slots = slots;
    }
  }

  ProcessTable(Limits limits) {
    this.limits = limits;
    process = new Process(new SlotTable());
    byThread.add(process);
  }

  /** Threads that were named so far, the initial one included. */
  int threads() {
    return byThread.size();
  }

  /** Slots of the current thread's process. */
  SlotTable slots() {
    return process.slots;
  }

  /** Whether the current thread, or its process, has exited. */
  boolean isCurrentGone() {
    return isGone(current);
  }

  private boolean isGone(int thread) {
    return gone.get(thread) || byThread.get(thread).ended;
  }

  /** Blocks in all processes but the current one. */
  long blocksElsewhere() {
    return blocksElsewhere;
  }

  /** Bytes in all processes but the current one. */
  long bytesElsewhere() {
    return bytesElsewhere;
  }

  /** Blocks in all processes. */
  long liveBlocks() {
    return blocksElsewhere + slots().liveBlocks();
  }

  /** Bytes in all processes. */
  long liveBytes() {
    return bytesElsewhere + slots().liveBytes();
  }

  /** Makes {@code thread} the current one, and creates it if it is new. */
  void switchTo(int thread) {
    if (thread == byThread.size()) {
      requireLiveProcess();
      addThread(process);
    } else {
      requireAlive(thread);
    }
    current = thread;
    Process next = byThread.get(thread);
    if (next != process) {
      add(process.slots, 1);
      add(next.slots, -1);
      process = next;
    }
  }

  /** Adds what {@code slots} holds to what is elsewhere, or takes it away. */
  private void add(SlotTable slots, int sign) {
    blocksElsewhere += sign * slots.liveBlocks();
    bytesElsewhere += sign * slots.liveBytes();
    reservedElsewhere += sign * slots.reservedSlots();
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
    long slots = reservedElsewhere + slots().reservedSlots();
    if (slots + slots().reservedSlots() > limits.maxForkedSlots()) {
      throw new InvalidEvent(
          "the live processes hold %d slots together. %s",
          slots, Limits.raise("maxForkedSlots", limits.maxForkedSlots()));
    }
    SlotTable copy = slots().copy();
    add(copy, 1);
    addThread(new Process(copy));
  }

  /** Ends the current process with all its threads. */
  void exitProcess() {
    requireLiveThread();
    process.ended = true;
    process.slots = new SlotTable();
  }

  private void addThread(Process owner) {
    if (byThread.size() >= limits.maxThreads()) {
      throw new InvalidEvent(
          "one thread too many. %s", Limits.raise("maxThreads", limits.maxThreads()));
    }
    byThread.add(owner);
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
    if (process.ended) {
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
    if (isGone(thread)) {
      throw new InvalidEvent(
          "the thread has exited ('x', or 'X' of its process) and cannot come back. A new thread"
              + " needs a new number.");
    }
  }
}
