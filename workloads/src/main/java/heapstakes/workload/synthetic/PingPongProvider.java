package heapstakes.workload.synthetic;

import static heapstakes.workload.synthetic.Script.mark;
import static heapstakes.workload.synthetic.Script.repeat;

import heapstakes.trace.Op;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
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
    return "one block of size, pairs times; ranks allocators wrongly by up to 10 ×: trust no ranking"
        + " of it";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.number("pairs", "1000000", 1, 1L << 40, "times malloc and free"),
        Parameter.size("size", "64", 0, 1L << 40, "bytes of the block"));
  }

  @Override
  List<String> phases(Arguments arguments) {
    return List.of("done");
  }

  @Override
  Script script(Arguments arguments) {
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
