/**
 * Timing under JMH, one contestant and one memory per JVM, and the run that puts timings and
 * footprints of all contestants together.
 *
 * <p>More than 25 types, since a run's plan and its timing know each other: apart they would import
 * each other.
 */
@NullMarked
package heapstakes.bench;

import org.jspecify.annotations.NullMarked;
