package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;

/** The flood of small blocks, twice: what was freed first serves the second. */
public final class FloodTwiceProvider extends ScriptedProvider {
  /** Listed as a service. */
  public FloodTwiceProvider() {
    super("four-byte-flood-twice", Group.QUESTION);
  }

  @Override
  public String question() {
    return "Is freed memory at least reused?";
  }

  @Override
  public String summary() {
    return "n × malloc(size), frees all in that order, and both again: the second maps nothing new";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("n", "1000000", 1, 1 << 29, "blocks"),
        Setting.size("size", "4", 0, 1L << 40, "bytes of each block"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of("allocated", "freed", "allocated again", "freed again");
  }

  @Override
  protected Script script(Settings arguments) {
    int n = (int) arguments.number("n");
    long size = arguments.number("size");
    return new Script(
        Script.each(
            2,
            flood ->
                Script.all(
                    repeat(n, (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0)),
                    mark(2 * flood),
                    repeat(n, (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0)),
                    mark(2 * flood + 1))));
  }
}
