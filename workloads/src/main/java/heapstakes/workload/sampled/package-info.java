/**
 * Sampled recordings: one block of so many bytes requested, with where its life began and ended,
 * and full-sized traces that are made of them.
 *
 * <p>A {@link heapstakes.workload.sampled.SampledRecording} comes of a trace ({@link
 * heapstakes.workload.sampled.BlockSampler}) or of the recorder; {@link
 * heapstakes.workload.sampled.SampledTraces} makes a trace like the program that it was taken of.
 */
@NullMarked
package heapstakes.workload.sampled;

import org.jspecify.annotations.NullMarked;
