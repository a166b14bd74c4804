package heapstakes.workload.recorded;

/** perl on tables of strings. */
public final class PerlProvider extends Recording {
  @Override
  public String name() {
    return "perl";
  }

  @Override
  public String question() {
    return "What does an interpreter keep when its tables have been thinned out?";
  }

  @Override
  public String summary() {
    return "perl 5.36.0: words and pairs of 12 000 lines counted, sorted, mostly dropped; one thread";
  }
}
