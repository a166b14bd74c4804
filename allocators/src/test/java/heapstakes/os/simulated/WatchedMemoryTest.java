package heapstakes.os.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.Memory;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchedMemoryTest {
  private record Access(long address, long length, boolean write) {}

  private final List<Access> seen = new ArrayList<>();

  private long mapped(SimulatedLinux process) {
    return process.mmap(
        0, 1 << 16, Protection.READ | Protection.WRITE, MapFlags.PRIVATE | MapFlags.ANONYMOUS);
  }

  private Memory watched(Memory memory) {
    return memory.watchedBy(
        (address, length, write) -> seen.add(new Access(address, length, write)));
  }

  @Test
  void eachAccessIsToldInItsOrderAndDoesWhatItDoesUnwatched() {
    try (SimulatedLinux process = SimulatedLinuxProvider.open("")) {
      long at = mapped(process);
      Memory watched = watched(process.memory());

      watched.putLong(at + 8, 77);
      watched.putByte(at + 4096, (byte) 5);

      assertThat(watched.getLong(at + 8)).isEqualTo(77);
      assertThat(process.memory().getLong(at + 8)).isEqualTo(77);
      assertThat(process.statistics().minorFaults()).isEqualTo(2);
      assertThat(seen)
          .containsExactly(
              new Access(at + 8, 1, true),
              new Access(at + 4096, 1, true),
              new Access(at + 8, 1, false));
    }
  }

  @Test
  void whatIsFilledAndCopiedIsToldPageByPageWithItsLength() {
    try (SimulatedLinux process = SimulatedLinuxProvider.open("")) {
      long at = mapped(process);
      Memory watched = watched(process.memory());

      watched.fill(at + 4000, 200, (byte) 3);
      watched.copy(at + 4000, at + 8192, 96);

      assertThat(seen)
          .containsExactly(
              new Access(at + 4000, 96, true),
              new Access(at + 4096, 104, true),
              new Access(at + 8192, 96, true),
              new Access(at + 4000, 96, false));
      assertThat(process.memory().getByte(at + 8192 + 95)).isEqualTo((byte) 3);
    }
  }

  @Test
  void aTouchLeavesTheBytesAloneAndIsToldOncePerPage() {
    try (SimulatedLinux process = SimulatedLinuxProvider.open("")) {
      long at = mapped(process);
      process.memory().putByte(at, (byte) 9);

      watched(process.memory()).touch(at, 5000);

      assertThat(process.memory().getByte(at)).isEqualTo((byte) 9);
      assertThat(seen).containsExactly(new Access(at, 1, true), new Access(at + 4096, 1, true));
    }
  }

  @Test
  void anAccessThatIsNotPermittedFailsAndIsNotTold() {
    try (SimulatedLinux process = SimulatedLinuxProvider.open("")) {
      Memory watched = watched(process.memory());

      assertThatThrownBy(() -> watched.getLong(4096)).isInstanceOf(SegmentationFault.class);
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void realMemoryCannotBeWatched() {
    assertThatThrownBy(() -> watched(Memory.real(0))).isInstanceOf(IllegalStateException.class);
  }
}
