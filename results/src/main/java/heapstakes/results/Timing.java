package heapstakes.results;

import java.util.List;

/**
 * What was timed of a cell.
 *
 * @param throughput of the heap that lives on
 * @param times one life and steady
 * @param latency of single operations
 * @param forks the JVMs that all of it comes from, in order
 */
public record Timing(Throughput throughput, Times times, Latency latency, List<Fork> forks) {}
