package heapstakes.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against {@link HashMap}, on addresses as heaps have them: at regular distances. */
class AddressTableTest {
  @Test
  void aTableSaysWhatAMapSays() {
    SplittableRandom random = new SplittableRandom(1);
    for (int distance = 8; distance <= 1 << 21; distance *= 2) {
      AddressTable table = new AddressTable();
      Map<Long, Long> map = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        long address = 0x5555_5555_0000L + (long) distance * random.nextInt(300);
        long number = random.nextInt(1000);
        switch (random.nextInt(5)) {
          case 0 ->
              assertThat(table.put(address, number)).isEqualTo(orNone(map.put(address, number)));
          case 1 -> assertThat(table.add(address)).isEqualTo(map.put(address, 0L) == null);
          case 2 -> assertThat(table.get(address)).isEqualTo(orNone(map.get(address)));
          case 3 -> assertThat(table.remove(address)).isEqualTo(orNone(map.remove(address)));
          default -> assertThat(table.contains(address)).isEqualTo(map.containsKey(address));
        }
        assertThat(table.isEmpty()).isEqualTo(map.isEmpty());
      }
      for (long address : map.keySet().stream().toList()) {
        assertThat(table.remove(address)).isEqualTo(orNone(map.remove(address)));
      }
      assertThat(table.isEmpty()).isTrue();
    }
  }

  private static long orNone(@Nullable Long number) {
    return number == null ? AddressTable.NONE : number;
  }

  @Test
  void addressesAreListedInOrder() {
    AddressTable table = new AddressTable();
    assertThat(table).hasToString("[]");
    table.add(-16);
    table.add(0x20);
    table.add(0x10);
    assertThat(table).hasToString("[0x10, 0x20, 0xfffffffffffffff0]");
  }
}
