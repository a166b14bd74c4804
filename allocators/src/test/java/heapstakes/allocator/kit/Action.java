package heapstakes.allocator.kit;

import java.util.Locale;

/**
 * One operation of a program. Any part of a program is a program too: what it says of a block that
 * is not live is left out.
 *
 * @param kind what is called
 * @param thread who calls, from 0, which is the initial thread
 * @param block the block's number in this program; of no meaning for the last three kinds
 * @param size in bytes, for WAIT in ms; of no meaning for FREE and EXIT
 * @param alignment a power of two, for MEMALIGN
 */
public record Action(Kind kind, int thread, int block, long size, long alignment) {
  /** What a program may do. */
  public enum Kind {
    MALLOC,
    CALLOC,
    MEMALIGN,
    REALLOC,
    FREE,
    TRIM,
    WAIT,
    EXIT
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "t%d %s b%d %d/%d", thread, kind, block, size, alignment);
  }
}
