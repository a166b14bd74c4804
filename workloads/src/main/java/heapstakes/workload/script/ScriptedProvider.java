package heapstakes.workload.script;

import heapstakes.setting.Settings;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Trace;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/** A workload that is told by a {@link Script}. */
public abstract class ScriptedProvider implements WorkloadProvider {
  private final String name;
  private final Group group;

  public ScriptedProvider(String name, Group group) {
    this.name = name;
    this.group = group;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Group group() {
    return group;
  }

  /** Changes when the same arguments give other events. */
  protected int version() {
    return 1;
  }

  /** What files say of the events; part of the digest. */
  protected String contents(Settings arguments) {
    return "";
  }

  /** How many threads take part, children of forks included. */
  protected int threads(Settings arguments) {
    return 1;
  }

  /** Names of the phase marks, by number, in order of first appearance. */
  protected abstract List<String> phases(Settings arguments);

  /** A fresh script. */
  protected abstract Script script(Settings arguments);

  @Override
  public final Trace trace(Settings arguments) {
    script(arguments); // arguments that contradict each other are refused here
    return GeneratedTrace.counted(
        Synthetic.title(this, arguments),
        Synthetic.specification(this, arguments, version()) + contents(arguments),
        threads(arguments),
        phases(arguments),
        () -> script(arguments));
  }
}
