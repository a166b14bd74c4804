/** Every workload's expected truth, against figures that do not come from the code under test. */
@NullMarked
package heapstakes.questions;

import org.jspecify.annotations.NullMarked;
