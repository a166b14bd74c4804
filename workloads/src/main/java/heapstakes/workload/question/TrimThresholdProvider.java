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
 * Fills the heap three times. Once it is freed from the top down, so that the break can follow;
 * once from the bottom up, so that it can fall only at the end; once from the bottom up but for the
 * last block, which pins everything below it.
 */
public final class TrimThresholdProvider extends ScriptedProvider {
  /** Listed as a service. */
  public TrimThresholdProvider() {
    super("trim-threshold", Group.QUESTION);
  }

  @Override
  public String question() {
    return "What is M_TRIM_THRESHOLD good for?";
  }

  @Override
  public String summary() {
    return "blocks × size three times: freed from the top, from the bottom, and all but the last";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("blocks", "4000", 2, 1 << 28, "blocks"),
        Setting.size("size", "4000", 1, 1L << 40, "bytes of each block"));
  }

  /** Top pad 0 besides: with the usual 128 KiB, a lower threshold is never the one that decides. */
  @Override
  protected List<String> phases(Settings arguments) {
    return List.of(
        "filled",
        "half freed from the top",
        "all freed",
        "filled again",
        "half freed from the bottom",
        "all freed, bottom up",
        "filled a third time",
        "all but the last freed",
        "the last freed");
  }

  @Override
  protected Script script(Settings arguments) {
    int blocks = (int) arguments.number("blocks");
    long size = arguments.number("size");
    Script.Action fill = (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0);
    Script.Action fromTop = (batch, i) -> batch.add(Op.FREE, blocks - 1 - (int) i, 0, 0);
    Script.Action fromBottom = (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0);
    int half = blocks / 2;
    return new Script(
        repeat(blocks, fill),
        mark(0),
        repeat(half, fromTop),
        mark(1),
        repeat(blocks - half, (batch, i) -> fromTop.at(batch, half + i)),
        mark(2),
        repeat(blocks, fill),
        mark(3),
        repeat(half, fromBottom),
        mark(4),
        repeat(blocks - half, (batch, i) -> fromBottom.at(batch, half + i)),
        mark(5),
        repeat(blocks, fill),
        mark(6),
        repeat(blocks - 1, fromBottom),
        mark(7),
        repeat(1, fromTop),
        mark(8));
  }
}
