package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.trace.TraceException;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Blocks of growing sizes, each allocated and freed before the next, and all of that twice: the
 * first time ptmalloc2's threshold for mappings of their own rises with them, the second time it
 * has risen.
 */
public final class SizeLadderProvider extends ScriptedProvider {
  /** Listed as a service. */
  public SizeLadderProvider() {
    super("size-ladder", Group.QUESTION);
  }

  @Override
  public String question() {
    return "brk or mmap: which sizes go back at once?";
  }

  @Override
  public String summary() {
    return "count blocks of size min, then factor × as large up to max, freed in between; twice";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.size("min", "1K", 1, 1L << 40, "smallest size, bytes"),
        Setting.size("max", "64M", 1, 1L << 40, "largest size, bytes"),
        Setting.integer("factor", "8", 2, 1024, "from one size to the next"),
        Setting.integer("count", "4", 1, 1 << 20, "blocks of each size"));
  }

  private List<Long> sizes(Settings arguments) {
    long min = arguments.number("min");
    long max = arguments.number("max");
    if (min > max) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s: min=%d is above max=%d. Exchange or correct them.",
              name(),
              min,
              max));
    }
    List<Long> sizes = new ArrayList<>();
    for (long size = min; size <= max; size *= arguments.number("factor")) {
      sizes.add(size);
    }
    return sizes;
  }

  @Override
  protected List<String> phases(Settings arguments) {
    List<String> phases = new ArrayList<>();
    for (String round : List.of("first", "again")) {
      for (long size : sizes(arguments)) {
        phases.add(round + ": " + Settings.formatSize(size) + " held");
        phases.add(round + ": " + Settings.formatSize(size) + " freed");
      }
    }
    return phases;
  }

  @Override
  protected Script script(Settings arguments) {
    List<Long> sizes = sizes(arguments);
    long count = arguments.number("count");
    return new Script(
        Script.each(
            2 * sizes.size(),
            step -> {
              long size = sizes.get(step % sizes.size());
              return Script.all(
                  repeat(count, (batch, i) -> batch.add(Op.MALLOC, (int) i, size, 0)),
                  mark(2 * step),
                  repeat(count, (batch, i) -> batch.add(Op.FREE, (int) i, 0, 0)),
                  mark(2 * step + 1));
            }));
  }
}
