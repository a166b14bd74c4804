package heapstakes.fidelity;

/**
 * The first system calls of the two logs that are not the same, for people.
 *
 * @param library the library's
 * @param twin the twin's
 */
public record CallDifference(String library, String twin) {}
