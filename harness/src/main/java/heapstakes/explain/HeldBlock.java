package heapstakes.explain;

/**
 * A block that the program holds.
 *
 * @param slot of the trace
 * @param address of its first byte
 * @param size asked for, bytes
 * @param usable handed out, bytes, at least {@code size}
 * @param operation that allocated or last resized it, from 1
 * @param thread that did, the trace's own number
 * @param mark the phase mark before that, number in the trace's list; -1: none
 * @param site where in the program that was, of the trace's call sites; 0: not known
 */
public record HeldBlock(
    int slot,
    long address,
    long size,
    long usable,
    long operation,
    int thread,
    int mark,
    int site) {

  /** Behind the last byte asked for; a block of 0 bytes is somewhere, too. */
  long end() {
    return address + Math.max(1, size);
  }
}
