package heapstakes.fidelity;

/**
 * The first counter that is not the same.
 *
 * @param operation operations that had ended
 * @param name of the counter
 * @param library the library's value
 * @param twin the twin's value
 */
public record CounterDifference(long operation, String name, long library, long twin) {}
