package heapstakes.upgrade;

import heapstakes.results.Cell;
import heapstakes.trace.TraceInfo;
import java.util.List;

/**
 * What an upgrade does to one trace.
 *
 * @param trace which
 * @param before the end that it leads from
 * @param after the end that it leads to
 * @param old runs of the end before, at least one
 * @param young runs of the end after, at least one
 * @param areReal whether these are of real libraries, else of their models
 * @param models figures of both models; empty where there are none
 * @param differences rules and settings in which the models differ
 * @param effects those that do something to what changed, the strongest first
 * @param causes of what changed
 * @param worse what grew
 * @param isSearched whether settings were searched for
 * @param remedies settings that bring that back
 */
public record Upgrade(
    TraceInfo trace,
    Side before,
    Side after,
    List<Cell> old,
    List<Cell> young,
    boolean areReal,
    List<Cell> models,
    List<Difference> differences,
    List<Attribution.Effect> effects,
    List<Attribution.Cause> causes,
    List<Figure> worse,
    boolean isSearched,
    List<Remedy> remedies) {

  /**
   * Whether the models have been compared, and differ in something that was asked for its cause.
   */
  public boolean isExplained() {
    return !causes.isEmpty();
  }
}
