package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A model gives the same addresses and counters on simulated and on real memory, so that what was
 * timed on one is what was metered on the other.
 */
@Tag("long")
class SameOnEveryMemoryTest {
  private static final int OPERATIONS = 20_000;

  static List<String> models() {
    return Allocators.all().stream()
        .filter(p -> p.capabilities().contains(Capability.ANY_MEMORY))
        .filter(p -> p.unavailable().isEmpty())
        .map(AllocatorProvider::name)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void addressesAndCountersAreThoseOfEveryOtherMemory(String model) {
    List<List<Object>> histories =
        Machine.all().stream()
            .filter(memory -> memory.unavailable().isEmpty())
            .map(memory -> history(model, memory))
            .toList();
    assertThat(histories).allSatisfy(history -> assertThat(history).isEqualTo(histories.get(0)));
  }

  /** Every address handed out, and the counters now and then. */
  private static List<Object> history(String model, AddressSpaceProvider memory) {
    List<Object> history = new ArrayList<>();
    try (AddressSpace space = memory.open(Settings.defaults(memory.name(), memory.settings()));
        Allocator allocator = Allocators.parse(model).open(space)) {
      ThreadAllocator heap = allocator.attach();
      Random random = new Random(7);
      long[] slots = new long[2_000];
      for (int i = 0; i < OPERATIONS; i++) {
        int slot = random.nextInt(slots.length);
        slots[slot] = operate(heap, slots[slot], random);
        history.add(slots[slot]);
        if (i % 2_000 == 0) {
          heap.trim(random.nextInt(100_000));
          history.add(List.copyOf(allocator.counters().sequencedValues()));
          history.add(space.statistics().mappedBytes());
        }
      }
    }
    return history;
  }

  private static long operate(ThreadAllocator heap, long block, Random random) {
    long size = (long) Math.exp(random.nextDouble() * Math.log(300_000));
    if (block == 0) {
      return switch (random.nextInt(10)) {
        case 0 -> heap.calloc(3, size);
        case 1 -> heap.memalign(64L << random.nextInt(8), size);
        default -> heap.malloc(size);
      };
    }
    if (random.nextInt(4) == 0) {
      return heap.realloc(block, size);
    }
    heap.free(block);
    return 0;
  }
}
