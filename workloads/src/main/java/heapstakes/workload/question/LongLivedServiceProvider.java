package heapstakes.workload.question;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import heapstakes.workload.script.SizeMix;
import heapstakes.workload.script.SplitMix;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A service whose resident memory stays flat though nothing leaks; see {@link LongLived}. */
public final class LongLivedServiceProvider extends ScriptedProvider {
  /** Listed as a service. */
  public LongLivedServiceProvider() {
    super("long-lived-service", Group.QUESTION);
  }

  @Override
  public String question() {
    return "My resident memory stays flat though nothing leaks: why?";
  }

  @Override
  public String summary() {
    return "phases of blocks, mostly calloc, all freed but for each keep-th, which lives on";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("phases", "8", 1, 1000, "bursts of work"),
        Setting.integer("blocks", "20000", 1, 1 << 24, "blocks of each burst"),
        Setting.integer("keep", "500", 1, 1 << 24, "one block in so many outlives its burst"),
        Setting.integer("lives", "4", 1, 1000, "bursts that a kept block outlives"),
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"),
        Setting.choice("sizes", SizeMix.NAMES, "mix of block sizes"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    Stream<String> bursts =
        IntStream.rangeClosed(1, (int) arguments.number("phases"))
            .boxed()
            .flatMap(i -> Stream.of("burst " + i, "burst " + i + " over"));
    return Stream.concat(bursts, Stream.of("trimmed")).toList();
  }

  @Override
  protected Script script(Settings arguments) {
    return new LongLived(
            (int) arguments.number("blocks"),
            (int) arguments.number("keep"),
            (int) arguments.number("lives"),
            new SplitMix(arguments.number("seed")),
            SizeMix.named(arguments.text("sizes")))
        .script((int) arguments.number("phases"));
  }
}
