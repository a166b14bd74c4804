package heapstakes.workload.synthetic;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;

/**
 * The benchmark that everybody writes first. With nothing else on the heap every allocator finds
 * the block where it was put, and the ranking says nothing about a program: it is here to be
 * compared with the others.
 */
public final class PingPongProvider extends ScriptedProvider {
  /** Listed as a service. */
  public PingPongProvider() {
    super("empty-heap-ping-pong", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "MISLEADING: how fast is malloc and free of one block, on a heap with nothing in it?";
  }

  @Override
  public String summary() {
    return "one block of size, pairs times; ranks allocators wrongly by up to 10 ×: trust no"
        + " ranking of it";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("pairs", "1000000", 1, 1L << 40, "times malloc and free"),
        Setting.size("size", "64", 0, 1L << 40, "bytes of the block"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of("done");
  }

  @Override
  protected Script script(Settings arguments) {
    long size = arguments.number("size");
    return new Script(
        repeat(
            arguments.number("pairs"),
            (batch, i) -> {
              batch.add(Op.MALLOC, 0, size, 0);
              batch.add(Op.FREE, 0, 0, 0);
            }),
        mark(0));
  }
}
