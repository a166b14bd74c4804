package heapstakes.memory;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.Random;

/**
 * Works with the allocator of the first argument on real memory and prints where its blocks were,
 * with what they held; then asks for simulated memory.
 */
final class RealOnlyProbe {
  private RealOnlyProbe() {}

  public static void main(String[] arguments) {
    Random random = new Random(41);
    long[] blocks = new long[500];
    try (AddressSpace space = Machine.parse("linux").open();
        Allocator allocator = Allocators.parse(arguments[0]).open(space)) {
      ThreadAllocator heap = allocator.attach();
      Memory memory = allocator.memory();
      for (int i = 0; i < 4000; i++) {
        int slot = random.nextInt(blocks.length);
        heap.free(blocks[slot]);
        int size = 16 + random.nextInt(random.nextInt(20) == 0 ? 300_000 : 2_000);
        blocks[slot] = heap.malloc(size);
        memory.fill(blocks[slot], size, (byte) i);
        memory.putShort(blocks[slot] + 2, (short) size);
        System.out.println(
            Long.toHexString(blocks[slot]) + " " + Long.toHexString(memory.getLong(blocks[slot])));
      }
    }
    try (AddressSpace space = Machine.parse("simulated").open()) {
      System.out.println("simulated from " + Long.toHexString(space.initialBreak()));
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }
}
