package heapstakes.workload.synthetic;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.once;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.SizeMix;
import heapstakes.workload.script.SplitMix;

/**
 * The pattern of C. Lever and D. Boreham, "malloc() Performance in a Multithreaded Linux
 * Environment" (USENIX 2000), known as xmalloc: no thread frees what it allocated, so that what an
 * allocator keeps for a thread piles up with the consumers and is missing with the producers.
 *
 * <p>Each pair has a ring of batches, whose slots lie beside each other. A producer fills the batch
 * at the head of its ring; its consumer frees the one at the tail once the ring is full. The
 * initial thread, number 0, does nothing.
 */
final class ProducerConsumer {
  private final int pairs;
  private final int batch;
  private final int ring;
  private final SplitMix random;
  private final SizeMix sizes;

  ProducerConsumer(int pairs, int batch, int queue, SplitMix random, SizeMix sizes) {
    this.pairs = pairs;
    this.batch = batch;
    this.ring = queue + 1;
    this.random = random;
    this.sizes = sizes;
  }

  /**
   * The whole.
   *
   * @param rounds batches of each pair
   */
  protected Script script(long rounds) {
    return new Script(
        repeat(1 + 2L * pairs, (events, i) -> events.add(Op.THREAD, (int) i, 0, 0)),
        repeatParts(rounds, 0),
        mark(0),
        repeatParts(ring - 1, rounds),
        mark(1));
  }

  /** Rounds from {@code first}; those behind the last batch only free. */
  private Script.Part repeatParts(long rounds, long first) {
    boolean fills = first == 0;
    return new Script.Part() {
      private long turn;
      private Script.Part current = events -> false;

      @Override
      public boolean step(EventBatch events) {
        while (!current.step(events)) {
          if (turn == rounds * pairs) {
            return false;
          }
          current = round(first + turn / pairs, (int) (turn % pairs), fills);
          turn++;
        }
        return true;
      }
    };
  }

  private Script.Part round(long number, int pair, boolean fills) {
    long oldest = number - (ring - 1);
    return Script.all(
        turn(1 + 2 * pair, fills ? batch : 0, pair, number),
        turn(2 + 2 * pair, oldest < 0 ? 0 : -batch, pair, oldest));
  }

  /** A thread's turn: allocates a batch, or with a negative number of blocks frees one. */
  private Script.Part turn(int thread, int blocks, int pair, long number) {
    if (blocks == 0) {
      return Script.all();
    }
    int first = (int) ((pair * (long) ring + Math.floorMod(number, (long) ring)) * batch);
    Script.Action action =
        blocks > 0
            ? (events, i) -> events.add(Op.MALLOC, first + (int) i, sizes.draw(random), 0)
            : (events, i) -> events.add(Op.FREE, first + (int) i, 0, 0);
    return Script.all(
        once((events, i) -> events.add(Op.THREAD, thread, 0, 0)), repeat(Math.abs(blocks), action));
  }
}
