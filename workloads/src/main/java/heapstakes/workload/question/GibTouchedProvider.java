package heapstakes.workload.question;

/** What becomes of granted memory when it is used. */
public final class GibTouchedProvider extends HugeBlocks {
  /** More than the memory of a usual machine. */
  private static final String BEYOND_RAM = "64";

  /** Listed as a service. */
  public GibTouchedProvider() {
    super(true);
  }

  @Override
  public String name() {
    return "gib-touched";
  }

  @Override
  String blocksByDefault() {
    return BEYOND_RAM;
  }

  @Override
  public String summary() {
    return "count × malloc(size), then a byte written to every page, block by block;"
        + " try --memory simulated:ram=4G";
  }
}
