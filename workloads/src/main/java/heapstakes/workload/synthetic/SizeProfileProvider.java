package heapstakes.workload.synthetic;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import heapstakes.workload.script.SplitMix;
import java.util.List;

/** A program with the sizes and lifetimes of a profile; see {@link Profiled}. */
public final class SizeProfileProvider extends ScriptedProvider {
  /** Listed as a service. */
  public SizeProfileProvider() {
    super("size-profile", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "Which allocator fits the sizes and lifetimes that my fleet's profile shows?";
  }

  @Override
  public String summary() {
    return "blocks as in profile, a CSV file of size, allocations a second and live blocks; scaled";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.text(
            "profile", SizeProfile.BUILT_IN, "CSV of size, alloc_rate, num_live; or service"),
        Setting.integer("operations", "1000000", 1, 1L << 40, "operations under load"),
        Setting.size("live", "64M", 1, 1L << 40, "bytes live at a time, to scale live blocks to"),
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of the random numbers"));
  }

  @Override
  protected String contents(Settings arguments) {
    return SizeProfile.text(arguments.text("profile"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of(TraceInfo.POPULATED, "loaded", "drained");
  }

  @Override
  protected Script script(Settings arguments) {
    String name = arguments.text("profile");
    SizeProfile profile = SizeProfile.parse(name, SizeProfile.text(name));
    return new Profiled(profile, arguments.number("live"), new SplitMix(arguments.number("seed")))
        .script(arguments.number("operations"));
  }
}
