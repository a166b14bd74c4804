/**
 * Who is ahead, by how much, and at what price: objectives, the contestants on each workload, and
 * what nobody beats. Says nothing of how that is drawn; start with {@link
 * heapstakes.results.judge.Recommendation}.
 */
@NullMarked
package heapstakes.results.judge;

import org.jspecify.annotations.NullMarked;
