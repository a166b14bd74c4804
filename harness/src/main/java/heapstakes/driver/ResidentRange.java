package heapstakes.driver;

import java.util.BitSet;

/**
 * Which pages of a range of the library's are resident.
 *
 * @param operation operations carried out
 * @param address first byte of the range
 * @param bytes its length
 * @param residentPages how many pages hold a frame
 * @param pages which, by number from the start; empty unless asked for
 */
public record ResidentRange(
    long operation, long address, long bytes, long residentPages, BitSet pages) {}
