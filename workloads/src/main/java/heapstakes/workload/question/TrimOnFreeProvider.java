package heapstakes.workload.question;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.script.ServerChurn;
import java.util.List;

/** A server of one thread under load, short enough for strategies that cost a call a free. */
public final class TrimOnFreeProvider implements WorkloadProvider {
  private static final int VERSION = 1;

  @Override
  public String name() {
    return "trim-on-free";
  }

  @Override
  public Group group() {
    return Group.QUESTION;
  }

  @Override
  public String question() {
    return "Should free() trim, or give pages back by itself?";
  }

  @Override
  public String summary() {
    return "the server of server-churn; compare what is retained with what a call costs";
  }

  @Override
  public List<Setting> parameters() {
    return ServerChurn.parameters(1, 60_000, 4_000);
  }

  @Override
  public Trace trace(Settings arguments) {
    return ServerChurn.trace(this, arguments, VERSION);
  }
}
