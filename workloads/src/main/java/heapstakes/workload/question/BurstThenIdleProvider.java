package heapstakes.workload.question;

import static heapstakes.workload.script.Script.idle;
import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;

/**
 * A burst is allocated and freed; then nothing at all happens for a while; then the program does
 * just enough for an allocator to notice that time has passed: one block at a time, too large for
 * the caches of threads, where no allocator looks at a clock or a budget.
 */
public final class BurstThenIdleProvider extends ScriptedProvider {
  private static final long SECOND = 1_000_000_000;

  /** Times in seconds at which is looked, in silence and in the trickle. */
  private static final long[] LOOKS = {1, 10, 30};

  /** Listed as a service. */
  public BurstThenIdleProvider() {
    super("burst-then-idle", Group.QUESTION);
  }

  @Override
  public String question() {
    return "Do tcmalloc and jemalloc give memory back by themselves, and when?";
  }

  @Override
  public String summary() {
    return "blocks × size freed at once; 30 s of silence; 30 s with one block every pause_us";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("blocks", "100000", 1, 1 << 28, "blocks of the burst"),
        Setting.size("size", "512", 0, 1L << 40, "bytes of each block"),
        Setting.size("trickle", "512K", 0, 1L << 40, "bytes of the block in the trickle"),
        Setting.integer("pause_us", "1000", 1, 1_000_000, "between blocks of the trickle, µs"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of(
        "burst",
        "freed",
        "silent for 1 s",
        "silent for 10 s",
        "silent for 30 s",
        "trickle for 1 s",
        "trickle for 10 s",
        "trickle for 30 s");
  }

  @Override
  protected Script script(Settings arguments) {
    int blocks = (int) arguments.number("blocks");
    long size = arguments.number("size");
    long trickle = arguments.number("trickle");
    long pause = 1000 * arguments.number("pause_us");
    return new Script(
        repeat(blocks, (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0)),
        mark(0),
        repeat(blocks, (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0)),
        mark(1),
        Script.each(LOOKS.length, i -> Script.all(idle(stretch(i)), mark(2 + i))),
        Script.each(
            LOOKS.length,
            i ->
                Script.all(
                    trickle(stretch(i) / pause, trickle, pause), mark(2 + LOOKS.length + i))));
  }

  /** Time since the look before. */
  private static long stretch(int look) {
    return SECOND * (LOOKS[look] - (look == 0 ? 0 : LOOKS[look - 1]));
  }

  private static Script.Part trickle(long times, long size, long pause) {
    return repeat(
        times,
        (batch, i) -> {
          batch.add(Op.CLOCK, 0, pause, 0);
          batch.add(Op.MALLOC, 0, size, 0);
          batch.add(Op.FREE, 0, 0, 0);
        });
  }
}
