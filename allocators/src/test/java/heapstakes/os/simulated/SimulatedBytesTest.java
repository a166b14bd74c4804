package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.FIXED;
import static heapstakes.os.MapFlags.MREMAP_FIXED;
import static heapstakes.os.MapFlags.MREMAP_MAYMOVE;
import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.memory.Memory;
import heapstakes.os.Advice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes of processes against plain arrays, and figures against a process that keeps every page in
 * scattered frames, where no byte is known to be 0 without having been looked at.
 */
class SimulatedBytesTest {
  private static final int PAGE = 4096;
  private static final int BYTES = 150 * PAGE;
  private static final long ARENA = 0x7000_0000_0000L;

  /** One process kept both ways, and what it should hold. */
  private record Trio(SimulatedLinux flat, SimulatedLinux scattered, byte[] plain) {
    static Trio open(String settings) {
      return new Trio(
              SimulatedLinuxProvider.open(settings),
              SimulatedLinuxProvider.open(
                  "flat=false" + (settings.isEmpty() ? "" : ",") + settings),
              new byte[BYTES])
          .mapped(0, BYTES);
    }

    Trio fork() {
      return new Trio(flat.fork(), scattered.fork(), plain.clone());
    }

    List<SimulatedLinux> both() {
      return List.of(flat, scattered);
    }

    Trio mapped(int from, int to) {
      for (SimulatedLinux process : both()) {
        process.mmap(ARENA + from, to - from, READ_WRITE, PRIVATE_ANONYMOUS | FIXED);
      }
      Arrays.fill(plain, from, to, (byte) 0);
      return this;
    }

    void check() {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        bytes.putLong(flat.memory().getLong(ARENA + bytes.position()));
      }
      assertThat(Arrays.mismatch(bytes.array(), plain)).isEqualTo(-1);
      scattered.memory().load(ARENA, BYTES); // the same faults
      assertThat(flat.statistics().minorFaults()).isEqualTo(scattered.statistics().minorFaults());
      assertThat(flat.statistics().residentBytes())
          .isEqualTo(scattered.statistics().residentBytes());
      assertThat(flat.statistics().zeroPages()).isEqualTo(scattered.statistics().zeroPages());
    }

    void close() {
      both().forEach(SimulatedLinux::close);
    }
  }

  @ParameterizedTest(name = "\"{0}\", seed {1}")
  @CsvSource(
      delimiter = ';',
      value = {"''; 1", "''; 2", "kernel=6.1; 3", "thp=always; 4", "memory_max=1M,swap=64M; 5"})
  void bytesAreThoseOfPlainArrays(String settings, long seed) {
    Random random = new Random(seed);
    List<Trio> family = new ArrayList<>(List.of(Trio.open(settings)));
    for (int i = 0; i < 3000; i++) {
      Trio trio = family.get(random.nextInt(family.size()));
      if (random.nextInt(100) == 0 && family.size() < 3) {
        family.add(trio.fork());
      } else if (random.nextInt(150) == 0) {
        family.forEach(Trio::close); // their frames go to those who come next
        family = new ArrayList<>(List.of(Trio.open(settings)));
      } else {
        act(trio, random);
      }
      if (i % 100 == 0) {
        family.forEach(Trio::check);
        SimulatedAudit.check(family.stream().map(Trio::flat).toList());
      }
    }
    family.forEach(Trio::close);
  }

  private static void act(Trio trio, Random random) {
    int from = random.nextInt(BYTES);
    int to = Math.min(BYTES, from + 1 + random.nextInt(random.nextInt(4) == 0 ? 50 * PAGE : 600));
    int firstPage = from & -PAGE;
    int pages = (to - firstPage + PAGE - 1) & -PAGE;
    switch (random.nextInt(10)) {
      case 0, 1 -> fill(trio, from, to, (byte) 0);
      case 2 -> fill(trio, from, to, (byte) random.nextInt(1, 100));
      case 3, 4, 5 -> copy(trio, from, random.nextInt(BYTES), to - from);
      case 6 -> trio.both().forEach(process -> process.memory().touch(ARENA + from, to - from));
      case 7 -> trio.mapped(firstPage, firstPage + pages);
      case 8 -> {
        for (SimulatedLinux process : trio.both()) {
          process.madvise(ARENA + firstPage, pages, Advice.DONTNEED);
        }
        Arrays.fill(trio.plain(), firstPage, firstPage + pages, (byte) 0);
      }
      default -> move(trio, firstPage, pages, random.nextInt(BYTES / PAGE) * PAGE);
    }
  }

  private static void fill(Trio trio, int from, int to, byte value) {
    for (SimulatedLinux process : trio.both()) {
      process.memory().fill(ARENA + from, to - from, value);
    }
    Arrays.fill(trio.plain(), from, to, value);
  }

  private static void copy(Trio trio, int from, int to, int wanted) {
    int length = Math.min(wanted, Math.min(Math.abs(to - from), BYTES - Math.max(from, to)));
    for (SimulatedLinux process : trio.both()) {
      Memory memory = process.memory();
      memory.copy(ARENA + from, ARENA + to, length);
    }
    System.arraycopy(trio.plain(), from, trio.plain(), to, length);
  }

  private static void move(Trio trio, int from, int length, int to) {
    if (Math.abs(to - from) < length || to + length > BYTES) {
      return;
    }
    for (SimulatedLinux process : trio.both()) {
      int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
      process.mremap(ARENA + from, length, length, flags, ARENA + to);
    }
    System.arraycopy(trio.plain(), from, trio.plain(), to, length);
    trio.mapped(from, from + length);
  }
}
