package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.once;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;
import java.util.Locale;

/**
 * Many small blocks, of which a part has been paged out by the time the program ends. It frees each
 * of them before it exits, or it just exits.
 */
public final class TeardownProvider extends ScriptedProvider {
  private static final String FREE = "free";
  private static final String EXIT = "exit";

  /** Listed as a service. */
  public TeardownProvider() {
    super("teardown", Group.QUESTION);
  }

  @Override
  public String question() {
    return "Should I free at exit?";
  }

  @Override
  public String summary() {
    return "n × malloc(size), then frees all and exits, or (end=exit) exits; compare the time of"
        + " both";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("n", "500000", 1, 1 << 28, "blocks"),
        Setting.size("size", "40", 0, 1L << 30, "bytes of each block"),
        Setting.choice("end", List.of(FREE, EXIT), "frees all before it exits, or exits"));
  }

  /** Half of what the blocks need at least, so that half of them is paged out when they end. */
  @Override
  public List<String> suggestedMemory(Settings arguments) {
    long half = arguments.number("n") * arguments.number("size") / 2;
    long limit = Math.max(1, half >> 20);
    return List.of(
        String.format(Locale.ROOT, "simulated:memory_max=%dM,swap=%dM", limit, 8 * limit));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return arguments.text("end").equals(FREE)
        ? List.of("allocated", "freed", "exited")
        : List.of("allocated", "exited");
  }

  @Override
  protected Script script(Settings arguments) {
    int n = (int) arguments.number("n");
    long size = arguments.number("size");
    boolean frees = arguments.text("end").equals(FREE);
    Script.Part free =
        Script.all(repeat(n, (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0)), mark(1));
    return new Script(
        repeat(n, (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0)),
        mark(0),
        Script.each(frees ? 1 : 0, i -> free),
        once((batch, i) -> batch.add(Op.EXIT, 0, 0, 0)),
        mark(frees ? 2 : 1));
  }
}
