package heapstakes.results;

/**
 * What a real library would take for a trace, by the work of its twin. Deterministic for given
 * costs.
 *
 * @param oneLife of a fresh process
 * @param steady of a heap that lives on
 */
public record Forecast(Parts oneLife, Parts steady) {
  /**
   * Where the time goes, in ns an operation, none negative.
   *
   * @param path the allocator's own instructions
   * @param cache waiting for memory
   * @param faults first uses of pages
   * @param systemCalls what the kernel was asked for
   */
  public record Parts(double path, double cache, double faults, double systemCalls) {
    /** All of it. */
    public double total() {
      return path + cache + faults + systemCalls;
    }
  }
}
