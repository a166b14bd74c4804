package heapstakes.model.tcmalloc;

import heapstakes.memory.Memory;

/**
 * View of a free object, an address: its first word links it to the next of its chain, and is 0 in
 * the last ({@code SLL_Next}, linked_list.h of gperftools 2.10). The rest of it is left as it was.
 */
final class FreeObject {
  private FreeObject() {}

  /** The object after {@code object}, or 0. */
  static long next(Memory memory, long object) {
    return memory.getLong(object);
  }

  static void setNext(Memory memory, long object, long next) {
    memory.putLong(object, next);
  }
}
