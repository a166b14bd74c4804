package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;
import static heapstakes.workload.script.Script.trim;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;
import java.util.stream.Stream;

/** Frees all but every k-th block, and then asks for the rest to be given back. */
public final class FragmentedThenTrimProvider extends ScriptedProvider {
  private static final List<Integer> LADDER = List.of(2, 4, 10, 30, 100, 300, 1000);

  /** Listed as a service. */
  public FragmentedThenTrimProvider() {
    super("fragmented-then-trim", Group.QUESTION);
  }

  @Override
  public String question() {
    return "What does malloc_trim(0) add?";
  }

  @Override
  public String summary() {
    return "blocks × size, frees all but every k-th, then trims; k=0 is each of 2 4 10 … 1000 in"
        + " turn";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("blocks", "50000", 1, 1 << 28, "blocks"),
        Setting.size("size", "256", 0, 1L << 40, "bytes of each block"),
        Setting.integer("k", "0", 0, 1 << 28, "keeps each k-th block; 0 for a ladder of them"));
  }

  private static List<Integer> ladder(Settings arguments) {
    int k = (int) arguments.number("k");
    return k == 0 ? LADDER : List.of(k);
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return ladder(arguments).stream()
        .flatMap(k -> Stream.of("allocated", "freed", "trimmed").map(s -> "k=" + k + " " + s))
        .toList();
  }

  @Override
  protected Script script(Settings arguments) {
    int blocks = (int) arguments.number("blocks");
    long size = arguments.number("size");
    List<Integer> ladder = ladder(arguments);
    return new Script(
        Script.each(ladder.size(), rung -> rung(rung, ladder.get(rung), blocks, size)));
  }

  /** Ends with an empty heap, trimmed, so that each rung starts alike. */
  private static Script.Part rung(int rung, int k, int blocks, long size) {
    int kept = Math.ceilDiv(blocks, k);
    return Script.all(
        repeat(blocks, (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0)),
        mark(3 * rung),
        repeat(
            blocks,
            (batch, i) -> {
              if (i % k != 0) {
                batch.add(Op.FREE, (int) i, 0, 0);
              }
            }),
        mark(3 * rung + 1),
        trim(),
        mark(3 * rung + 2),
        repeat(kept, (batch, i) -> batch.add(Op.FREE, (int) i * k, 0, 0)),
        trim());
  }
}
