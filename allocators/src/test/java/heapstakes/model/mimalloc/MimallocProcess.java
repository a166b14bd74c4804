package heapstakes.model.mimalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Region;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.Machine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A process of the twin that replays a golden trace, and notes what the real one's notes have. */
final class MimallocProcess implements AutoCloseable {
  /** The recorded processes began a second after their clock. */
  private static final long START_NANOS = 1_000_000_000;

  final MappedSpace space;
  final Allocator heap;
  final List<String> addresses = new ArrayList<>();
  private final boolean touches;
  private final Map<Integer, ThreadAllocator> threads = new HashMap<>();
  private final Map<Integer, Long> blocks = new HashMap<>();
  private ThreadAllocator now;
  private int operation = -1; // the last one that began

  MimallocProcess(String settings, boolean touches) {
    space = new MappedSpace(Machine.parse("simulated").open(), () -> operation);
    space.clock().advance(START_NANOS);
    heap = Allocators.parse("mimalloc" + settings).open(space);
    this.touches = touches;
    now = heap.attach();
    threads.put(0, now);
  }

  /** Does what one line of a trace says. */
  void act(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "t" -> now = threads.computeIfAbsent(integer(words[1]), _ -> heap.attach());
      case "x" -> exit(integer(words[1]));
      case "@" -> space.clock().advance(Long.parseLong(words[1]));
      default -> {
        operation++;
        operate(words);
      }
    }
  }

  private void exit(int thread) {
    ThreadAllocator ending = threads.remove(thread);
    if (ending != null) {
      ending.exit();
    }
  }

  private void operate(String[] words) {
    int id = words.length > 1 ? integer(words[1]) : 0;
    switch (words[0]) {
      case "m" -> enter(id, now.malloc(number(words, 2)), number(words, 2));
      case "c" ->
          enter(
              id,
              now.calloc(number(words, 2), number(words, 3)),
              number(words, 2) * number(words, 3));
      case "r" ->
          enter(id, now.realloc(blocks.getOrDefault(id, 0L), number(words, 2)), number(words, 2));
      case "g" -> enter(id, now.memalign(number(words, 2), number(words, 3)), number(words, 3));
      case "f" -> now.free(blocks.getOrDefault(id, 0L));
      case "T" -> now.trim(0);
      default -> throw new AssertionError("no operation " + String.join(" ", words));
    }
  }

  private void enter(int id, long block, long size) {
    blocks.put(id, block);
    if (block == 0) {
      addresses.add(operation + ",null,0");
      return;
    }
    Region region = heap.regionOf(block);
    addresses.add(
        String.format(
            Locale.ROOT,
            "%d,%s,%d",
            operation,
            region.name().substring("seg".length()),
            region.offset()));
    if (touches) {
      heap.memory().touch(block, size);
    }
  }

  private static int integer(String word) {
    return Integer.parseInt(word);
  }

  private static long number(String[] words, int index) {
    return Long.parseLong(words[index]);
  }

  @Override
  public void close() {
    heap.close();
    space.close();
  }
}
