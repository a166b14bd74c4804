package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;
import java.util.Optional;

/**
 * Settings that bring back what became worse.
 *
 * @param model the version after, so set
 * @param cell its figures
 * @param share of what became worse that is back, 1 for all of it
 * @param library figures of the real library, so set; empty where it is not here
 */
public record Remedy(Contestant model, Cell cell, double share, Optional<Cell> library) {}
