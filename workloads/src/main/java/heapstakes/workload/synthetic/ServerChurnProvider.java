package heapstakes.workload.synthetic;

import heapstakes.trace.Trace;
import heapstakes.workload.Arguments;
import heapstakes.workload.Parameter;
import heapstakes.workload.WorkloadProvider;
import java.util.List;

/** A server under steady load; see {@link ServerChurn}. */
public final class ServerChurnProvider implements WorkloadProvider {
  private static final int VERSION = 1;

  @Override
  public String name() {
    return "server-churn";
  }

  @Override
  public Group group() {
    return Group.SYNTHETIC;
  }

  @Override
  public String question() {
    return "What does a busy server's heap cost, and what is left of it when the load is gone?";
  }

  @Override
  public String summary() {
    return "live blocks of connections on threads, then operations of requests; a part freed elsewhere";
  }

  @Override
  public List<Parameter> parameters() {
    return ServerChurn.parameters(4, 1_000_000, 50_000);
  }

  @Override
  public Trace trace(Arguments arguments) {
    return ServerChurn.trace(this, arguments, VERSION);
  }
}
