package heapstakes.workload.synthetic;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import heapstakes.workload.script.SizeMix;
import heapstakes.workload.script.SplitMix;
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
    return "pairs of threads: one fills batches of blocks, the other frees them, queue batches"
        + " later";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("pairs", "2", 1, 512, "producers, each with a consumer"),
        Setting.integer("operations", "1000000", 1, 1L << 40, "operations, about"),
        Setting.integer("batch", "120", 1, 1 << 20, "blocks that are handed over at a time"),
        Setting.integer("queue", "8", 1, 4096, "batches that wait between the two of a pair"),
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Setting.choice("sizes", List.of("small", "server", "buffers"), "mix of block sizes"));
  }

  @Override
  protected int threads(Settings arguments) {
    return 1 + 2 * (int) arguments.number("pairs");
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of("handed over", "drained");
  }

  @Override
  protected Script script(Settings arguments) {
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
