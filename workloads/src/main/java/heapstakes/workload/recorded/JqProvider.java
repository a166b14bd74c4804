package heapstakes.workload.recorded;

/** jq on a large document. */
public final class JqProvider extends Recording {
  @Override
  public String name() {
    return "jq";
  }

  @Override
  public String question() {
    return "What does a JSON tool keep of a document that it has dropped?";
  }

  @Override
  public String summary() {
    return "jq 1.6: 20 000 objects parsed, filtered and grouped; one thread";
  }
}
