package heapstakes.explain;

import heapstakes.allocator.Contestant;
import heapstakes.trace.CallSites;
import heapstakes.trace.TraceInfo;
import java.util.List;
import java.util.Optional;

/**
 * Why memory is where it is.
 *
 * @param contestant who had the heap
 * @param trace what was replayed
 * @param sites where the program makes its calls, if the trace has it
 * @param moment when it was looked at
 * @param peakResident highest resident bytes of the whole replay
 * @param ended why the replay ended before its trace did, if it was ended
 * @param heap what there was
 * @param tally what each resident page is used for
 * @param contents the same over all pages, by what the library calls it
 * @param pins what keeps heaps from shrinking at their ends
 * @param pages resident ones by how much of them is live
 * @param runs memory that is cut into equal blocks
 * @param heldBytes empty bytes in the pages and runs that have a live block
 * @param sparseBlocks live blocks of which each keeps at least {@link Explainer#SPARSE} times its
 *     size
 * @param sparseBytes asked for by those
 * @param sparseHeldBytes what they keep
 * @param experiments what was tried
 * @param groups live blocks by what they have in common
 */
public record Explanation(
    Contestant contestant,
    TraceInfo trace,
    CallSites sites,
    Moment moment,
    long peakResident,
    Optional<String> ended,
    HeapSnapshot heap,
    PageTally tally,
    List<ContentShare> contents,
    List<BreakPin> pins,
    List<PageClass> pages,
    List<RunClass> runs,
    long heldBytes,
    int sparseBlocks,
    long sparseBytes,
    long sparseHeldBytes,
    List<Experiment> experiments,
    List<BlockGroup> groups) {

  /** Resident bytes that nobody asked for. */
  public long retained() {
    return heap.resident() - heap.requested();
  }

  /** Where {@code block} was allocated, innermost frame first; empty where that is not known. */
  public String site(HeldBlock block) {
    return path(sites, block.site());
  }

  static String path(CallSites sites, int site) {
    return String.join(" < ", sites.path(site));
  }

  /** What came of an experiment; empty: there was nothing to try. */
  public Optional<Experiment> tried(Experiment.Kind kind) {
    return experiments.stream().filter(e -> e.kind() == kind).findFirst();
  }
}
