package heapstakes.allocator.kit;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.ThreadAllocator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Programs that run at the same time, a thread each. After every round they stand still, the heap
 * is audited, and each thread goes on with the program, and the blocks, of the next one.
 */
public final class ParallelPlay {
  private static final int ACTIONS_A_ROUND = 500;

  private record Part(Iterator<Action> actions, LiveProgram program) {}

  private final Allocator heap;
  private final int rounds;
  private final List<Part> parts = new ArrayList<>();
  private final List<ThreadAllocator> threads = new ArrayList<>();
  private int turn;

  /**
   * A program for each thread.
   *
   * @param seed of the first program; the others follow
   */
  public ParallelPlay(Allocator heap, int threads, int rounds, long seed) {
    this.heap = heap;
    this.rounds = rounds;
    for (int i = 0; i < threads; i++) {
      List<Action> actions = RandomActions.of(seed + i, rounds * ACTIONS_A_ROUND, 1);
      parts.add(new Part(actions.iterator(), new LiveProgram(heap.memory())));
      this.threads.add(heap.attach());
    }
  }

  /**
   * Runs them to their end, and lets the threads go.
   *
   * @throws Exception what went wrong in a thread or an audit
   */
  public void run() throws Exception {
    CyclicBarrier round = new CyclicBarrier(parts.size(), this::endOfRound);
    try (ExecutorService executor = Executors.newFixedThreadPool(parts.size())) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        int number = i;
        done.add(
            executor.submit(() -> {
              work(number, round);
              return number;
            }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    heap.audit();
  }

  private void endOfRound() {
    heap.audit();
    turn++;
  }

  private void work(int number, CyclicBarrier round) throws Exception {
    ThreadAllocator thread = threads.get(number);
    try {
      for (int i = 0; i < rounds; i++) {
        Part part = parts.get((number + turn) % parts.size());
        for (int n = 0; n < ACTIONS_A_ROUND && part.actions.hasNext(); n++) {
          part.program.act(part.actions.next(), thread);
        }
        round.await();
      }
      parts.get((number + turn) % parts.size()).program.freeAll(thread);
      thread.exit();
    } catch (Throwable e) {
      round.reset(); // the others must not wait for this one
      throw e;
    }
  }
}
