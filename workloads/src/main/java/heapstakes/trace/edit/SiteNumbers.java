package heapstakes.trace.edit;

import heapstakes.trace.CallSites;
import heapstakes.trace.format.TraceSink;

/** The numbers of a trace's call sites in another that is made of it: of those that occur there. */
final class SiteNumbers {
  private final CallSites from;
  private final TraceSink to;
  private final int[] numbers;

  SiteNumbers(CallSites from, TraceSink to) {
    this.from = from;
    this.to = to;
    numbers = new int[from.count() + 1];
  }

  /** What is added next came from {@code site} of the first trace. */
  void comeFrom(int site) {
    to.comeFrom(number(site));
  }

  private int number(int site) {
    if (site != 0 && numbers[site] == 0) {
      numbers[site] = to.site(number(from.caller(site)), from.label(site));
    }
    return numbers[site];
  }
}
