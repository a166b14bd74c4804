package heapstakes.workload.synthetic;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.script.SplitMix;
import heapstakes.workload.script.Synthetic;
import java.util.List;

/** Programs made at random, to compare twins with their libraries; see {@link RandomProgram}. */
public final class RandomProvider implements WorkloadProvider {
  private static final int VERSION = 1;

  @Override
  public String name() {
    return "random";
  }

  @Override
  public Group group() {
    return Group.SYNTHETIC;
  }

  @Override
  public String question() {
    return "Does an allocator do the right thing on a path that no program takes every day?";
  }

  @Override
  public String summary() {
    return "every operation at random, by seed; the number of blocks and who goes first swing";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Setting.integer("operations", "100000", 1, 1L << 40, "operations, then all is freed"),
        Setting.choice("sizes", RandomSizes.names(), "distribution of block sizes"),
        Setting.integer("threads", "1", 1, 1024, "threads at a time; three times as many in all"),
        Setting.integer("live", "3000", 1, 1 << 24, "blocks at a time, at most"),
        Setting.choice("clock", List.of("even", "steps"), "steps: idle times up to 10 s"));
  }

  @Override
  public Trace trace(Settings arguments) {
    long seed = arguments.number("seed");
    long operations = arguments.number("operations");
    RandomSizes sizes = RandomSizes.named(arguments.text("sizes"));
    int threads = (int) arguments.number("threads");
    int live = (int) arguments.number("live");
    boolean steps = arguments.text("clock").equals("steps");
    return GeneratedTrace.counted(
        Synthetic.title(this, arguments),
        Synthetic.specification(this, arguments, VERSION),
        RandomThreads.total(threads),
        RandomProgram.PHASES,
        () ->
            new RandomProgram(
                new SplitMix(seed), operations, sizes, new RandomThreads(threads), live, steps));
  }
}
