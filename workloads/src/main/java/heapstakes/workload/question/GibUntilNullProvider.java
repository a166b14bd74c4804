package heapstakes.workload.question;

/** How far malloc goes when nothing is ever touched. */
public final class GibUntilNullProvider extends HugeBlocks {
  /** Of 1 GiB blocks, the user half of a 48-bit address space never holds as many. */
  private static final String BEYOND_128_TIB = "131200";

  /** Listed as a service. */
  public GibUntilNullProvider() {
    super(false);
  }

  @Override
  public String name() {
    return "gib-until-null";
  }

  @Override
  String blocksByDefault() {
    return BEYOND_128_TIB;
  }

  @Override
  public String summary() {
    return "malloc(size) until NULL, at most count times; no block is touched;"
        + " try --memory simulated:overcommit=2";
  }
}
