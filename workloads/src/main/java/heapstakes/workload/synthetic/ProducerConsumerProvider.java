package heapstakes.workload.synthetic;

import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import java.util.List;

/** Threads that only allocate, and others that only free; see {@link ProducerConsumer}. */
public final class ProducerConsumerProvider extends ScriptedProvider {
  /** Listed as a service. */
  public ProducerConsumerProvider() {
    super("producer-consumer", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "What if every block is freed by another thread than allocated it?";
  }

  @Override
  public String summary() {
    return "pairs of threads: one fills batches of blocks, the other frees them, queue batches later";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.number("pairs", "2", 1, 512, "producers, each with a consumer"),
        Parameter.number("operations", "1000000", 1, 1L << 40, "operations, about"),
        Parameter.number("batch", "120", 1, 1 << 20, "blocks that are handed over at a time"),
        Parameter.number("queue", "8", 1, 4096, "batches that wait between the two of a pair"),
        Parameter.number("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Parameter.choice("sizes", List.of("small", "server", "buffers"), "mix of block sizes"));
  }

  @Override
  int threads(Arguments arguments) {
    return 1 + 2 * (int) arguments.number("pairs");
  }

  @Override
  List<String> phases(Arguments arguments) {
    return List.of("handed over", "drained");
  }

  @Override
  Script script(Arguments arguments) {
    int pairs = (int) arguments.number("pairs");
    int batch = (int) arguments.number("batch");
    long rounds = Math.ceilDiv(arguments.number("operations"), 2L * batch * pairs);
    return new ProducerConsumer(
            pairs,
            batch,
            (int) arguments.number("queue"),
            new SplitMix(arguments.number("seed")),
            SizeMix.named(arguments.text("sizes")))
        .script(rounds);
  }
}
