/**
 * Sweeps on Apache Spark. A cell is a task; the driver writes the results in the order of the plan.
 * Lost executors and stragglers are Spark's business, which is safe since a cell has the same
 * figures wherever and how often it runs.
 */
@NullMarked
package heapstakes.sweep.spark;

import org.jspecify.annotations.NullMarked;
