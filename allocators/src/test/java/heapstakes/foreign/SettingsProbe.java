package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.setting.SettingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the contestant named by the first argument in a process of its own, works, and prints its
 * counters: settings of a library hold for a whole process.
 */
final class SettingsProbe {
  private SettingsProbe() {}

  public static void main(String[] arguments) {
    Contestant contestant = Allocators.parse(arguments[0]);
    try (AddressSpace space = Machine.parse("linux").open();
        Allocator allocator = contestant.open(space)) {
      ThreadAllocator heap = allocator.attach();
      List<Long> blocks = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        long block = heap.malloc(50_000);
        allocator.memory().touch(block, 50_000);
        blocks.add(block);
      }
      allocator.counters().forEach((name, value) -> print("before." + name + "=" + value));
      blocks.forEach(heap::free);
      allocator.counters().forEach((name, value) -> print(name + "=" + value));
    } catch (SettingException e) {
      print("error=" + e.getMessage());
    }
    print("version=" + contestant.provider().lineage().version());
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
