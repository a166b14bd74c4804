package heapstakes.workload.recorded;

/** The C compiler proper. */
public final class Cc1Provider extends Recording {
  @Override
  public String name() {
    return "cc1";
  }

  @Override
  public String question() {
    return "What does a compiler ask for besides its own arenas?";
  }

  @Override
  public String summary() {
    return "cc1 of gcc 12.2.0: a C file compiled with -O3 -g3; one thread";
  }
}
