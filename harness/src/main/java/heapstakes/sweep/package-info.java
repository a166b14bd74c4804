/**
 * Many cells at once: a grid of contestants, workloads and machines as a list of {@link
 * heapstakes.cell.CellSpec cells}, carried out on all cores, whose results do not depend on which
 * cell ends first. A part of a sweep can be run on another machine and merged.
 */
@NullMarked
package heapstakes.sweep;

import org.jspecify.annotations.NullMarked;
