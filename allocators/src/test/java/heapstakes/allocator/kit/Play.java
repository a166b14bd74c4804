package heapstakes.allocator.kit;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs a program on a heap, one action after the other, and audits the heap as it goes. */
public final class Play {
  private static final long NANOS_A_MILLI = 1_000_000;

  private final Allocator heap;
  private final AddressSpace space;
  private final LiveProgram program;
  private final Map<Integer, ThreadAllocator> threads = new HashMap<>();

  /** The initial thread is attached. */
  public Play(Allocator heap, AddressSpace space) {
    this.heap = heap;
    this.space = space;
    this.program = new LiveProgram(heap.memory());
    thread(0);
  }

  private ThreadAllocator thread(int number) {
    return threads.computeIfAbsent(number, n -> heap.attach());
  }

  /**
   * Runs {@code actions}.
   *
   * @param auditEvery so many actions, and after the last one
   * @return how many requests were refused
   * @throws AssertionError when a block is not what it should be
   * @throws HeapCorruptedException when the heap is not
   */
  public int run(List<Action> actions, int auditEvery) {
    for (int i = 0; i < actions.size(); i++) {
      act(actions.get(i));
      if (i % auditEvery == 0) {
        heap.audit();
      }
    }
    program.check();
    heap.audit();
    return program.refused();
  }

  private void act(Action action) {
    ThreadAllocator thread = thread(action.thread());
    switch (action.kind()) {
      case WAIT -> space.clock().advance(action.size() * NANOS_A_MILLI);
      case EXIT -> {
        if (action.thread() > 0) {
          thread.exit();
          threads.remove(action.thread());
        }
      }
      default -> program.act(action, thread);
    }
  }

  /** Frees what is left, lets all threads go, the initial one last, and audits what remains. */
  public void finish() {
    program.freeAll(thread(0));
    thread(0).trim(0);
    threads.forEach((number, thread) -> {
      if (number > 0) {
        thread.exit();
      }
    });
    thread(0).exit();
    heap.audit();
  }

  /** Whether a program fails on simulated memory: for {@link Shrinking}. */
  public static boolean fails(List<Action> actions, Function<AddressSpace, Allocator> opener) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = opener.apply(space)) {
      new Play(heap, space).run(actions, 1);
      return false;
    } catch (AssertionError | HeapCorruptedException | SegmentationFault e) {
      return true;
    }
  }
}
