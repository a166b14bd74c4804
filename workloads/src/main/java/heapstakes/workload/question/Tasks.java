package heapstakes.workload.question;

import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks that a program carries out, each in some memory of its own, on data that all of them share
 * and of which each writes a tenth. A task's blocks are all of one size, another in each task, so
 * that what one leaves behind fits the next one badly.
 */
final class Tasks {
  static final List<Setting> PARAMETERS =
      List.of(
          Setting.integer("tasks", "4", 1, 10_000, "tasks, one after the other"),
          Setting.size("work", "8M", 1, 1L << 32, "bytes that a task asks for"),
          Setting.size("data", "4M", 0, 1L << 32, "bytes of the data that all tasks share"));

  private static final long DATA_BLOCK = 4000;
  private static final long SMALLEST = 32;

  /** So many sizes there are, each twice the one before. */
  private static final int SIZES = 6;

  private final int count;
  private final long work;
  private final int dataBlocks;

  Tasks(Settings arguments) {
    count = (int) arguments.number("tasks");
    work = arguments.number("work");
    dataBlocks = (int) (arguments.number("data") / DATA_BLOCK);
  }

  /** Marks of the data and of all tasks. */
  static List<String> phases(Settings arguments) {
    List<String> phases = new ArrayList<>(List.of("data loaded"));
    for (long task = 1; task <= arguments.number("tasks"); task++) {
      phases.add("task " + task + " at work");
      phases.add("task " + task + " done");
    }
    return phases;
  }

  int count() {
    return count;
  }

  Script.Part data() {
    return repeat(dataBlocks, (batch, i) -> batch.add(Op.MALLOC, (int) i, DATA_BLOCK, 0));
  }

  Script.Part endOfData() {
    return repeat(dataBlocks, (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0));
  }

  /** Writes to a tenth of the data and allocates. */
  Script.Part work(int task) {
    long size = size(task);
    return Script.all(
        repeat(dataBlocks / 10, (batch, i) -> batch.add(Op.STORE, (int) (10 * i), DATA_BLOCK, 0)),
        repeat(
            Math.ceilDiv(work, size),
            (batch, i) -> batch.add(Op.MALLOC, dataBlocks + (int) i, size, 0)));
  }

  Script.Part endOfWork(int task) {
    return repeat(
        Math.ceilDiv(work, size(task)),
        (batch, i) -> batch.add(Op.FREE, dataBlocks + (int) i, 0, 0));
  }

  private static long size(int task) {
    return SMALLEST << task % SIZES;
  }
}
