/**
 * Timing under JMH, one contestant and one memory per JVM, and the run that puts timings and
 * footprints of all contestants together.
 */
@NullMarked
package heapstakes.bench;

import org.jspecify.annotations.NullMarked;
