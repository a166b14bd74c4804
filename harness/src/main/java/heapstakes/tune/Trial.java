package heapstakes.tune;

import heapstakes.allocator.Contestant;
import heapstakes.results.Cell;

/**
 * One set of settings and what it gave.
 *
 * @param contestant with its settings
 * @param cell the figures
 */
public record Trial(Contestant contestant, Cell cell) {}
