package heapstakes.allocator;

import java.util.Locale;

/**
 * A walk over a model's heap at rest that asks what must hold. Most of what is asked does, millions
 * of times in a long life, so that numbers are boxed and texts are made only where it does not.
 */
public abstract class HeapAudit {
  private final String model;

  /**
   * @param model whose heap it is, as its findings say
   */
  protected HeapAudit(String model) {
    this.model = model;
  }

  /**
   * Asks whether something holds of the heap.
   *
   * @param what is found otherwise
   * @throws HeapCorruptedException when it does not hold
   */
  protected final void require(boolean holds, String what) {
    if (!holds) {
      throw corrupted(what);
    }
  }

  /** The same, with a number, for one {@code %d} or {@code 0x%x} of {@code what}. */
  protected final void require(boolean holds, String what, long value) {
    if (!holds) {
      throw corrupted(what, value);
    }
  }

  /** The same, with two numbers. */
  protected final void require(boolean holds, String what, long value, long other) {
    if (!holds) {
      throw corrupted(what, value, other);
    }
  }

  /**
   * Asks whether something holds of a part of the heap.
   *
   * @param part tells by {@link Object#toString} which it is
   * @param what it does otherwise
   * @throws HeapCorruptedException when it does not hold
   */
  protected final void require(boolean holds, Object part, String what) {
    if (!holds) {
      throw corrupted("%s %s", part, what);
    }
  }

  /** The same, with a number. */
  protected final void require(boolean holds, Object part, String what, long value) {
    if (!holds) {
      throw corrupted("%s " + what, part, value);
    }
  }

  /** What was found, to be thrown. */
  protected final HeapCorruptedException corrupted(String what, Object... values) {
    return new HeapCorruptedException(
        model + " heap audit: " + String.format(Locale.ROOT, what, values));
  }
}
