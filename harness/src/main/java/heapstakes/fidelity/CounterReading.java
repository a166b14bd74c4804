package heapstakes.fidelity;

/**
 * A reading of an allocator's counters.
 *
 * @param operation operations that had ended
 * @param values by the index of their names
 */
record CounterReading(long operation, long[] values) {}
