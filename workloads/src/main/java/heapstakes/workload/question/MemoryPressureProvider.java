package heapstakes.workload.question;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import heapstakes.workload.script.SplitMix;
import java.util.List;
import java.util.Locale;

/** A program that needs a little more memory than there is; see {@link MemoryPressure}. */
public final class MemoryPressureProvider extends ScriptedProvider {
  /** Listed as a service. */
  public MemoryPressureProvider() {
    super("memory-pressure", Group.QUESTION);
  }

  @Override
  public String question() {
    return "Would an allocator that gives up free pages at once help when memory is short?";
  }

  @Override
  public String summary() {
    return "small blocks, most freed, then large ones, then accesses, in a little too little"
        + " memory";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.size("live", "32M", 1 << 20, 1L << 36, "bytes that are live at most"),
        Setting.integer("rounds", "4", 1, 1000, "of small and large blocks"),
        Setting.integer("accesses", "100000", 0, 1 << 30, "accesses to live blocks a round"),
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"));
  }

  /** A tenth less than what is live; no contestant can hold that and nothing else. */
  @Override
  public List<String> suggestedMemory(Settings arguments) {
    long kib = arguments.number("live") >> 10;
    return List.of(
        String.format(
            Locale.ROOT,
            "simulated:memory_max=%dK,swap=%dK",
            Math.max(1024, kib * 9 / 10),
            16 * kib));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return MemoryPressure.phases((int) arguments.number("rounds"));
  }

  @Override
  protected Script script(Settings arguments) {
    return new MemoryPressure(
            arguments.number("live"),
            arguments.number("accesses"),
            new SplitMix(arguments.number("seed")))
        .script((int) arguments.number("rounds"));
  }
}
