package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;

/**
 * A thread allocates much before it frees anything, as a program does that loads its data first.
 * Since glibc 2.43 a thread's cache is made at its first free: its block then lies above all that
 * was allocated, and the break cannot fall below it.
 */
public final class LateFirstFreeProvider extends ScriptedProvider {
  /** Listed as a service. */
  public LateFirstFreeProvider() {
    super("late-first-free", Group.QUESTION);
  }

  @Override
  public String question() {
    return "Why does nothing go back since glibc 2.43, though all is freed?";
  }

  @Override
  public String summary() {
    return "blocks × malloc(size) before the first free, then frees all; early=yes frees one before";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("blocks", "100000", 1, 1 << 28, "blocks"),
        Setting.size("size", "512", 0, 1L << 40, "bytes of each block"),
        Setting.choice(
            "early", List.of("no", "yes"), "whether one block comes and goes before the others"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of("allocated", "freed");
  }

  @Override
  protected Script script(Settings arguments) {
    int blocks = (int) arguments.number("blocks");
    long size = arguments.number("size");
    int early = arguments.text("early").equals("yes") ? 1 : 0;
    return new Script(
        repeat(
            early,
            (batch, i) -> {
              batch.add(Op.MALLOC, 0, size, 0);
              batch.add(Op.FREE, 0, 0, 0);
            }),
        repeat(blocks, (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0)),
        mark(0),
        repeat(blocks, (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0)),
        mark(1));
  }
}
