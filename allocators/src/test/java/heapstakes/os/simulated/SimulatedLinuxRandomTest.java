package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.FIXED;
import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.memory.SegmentationFault;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seeded random operations against a page-by-page model, and audits of every counter. */
@Tag("long")
class SimulatedLinuxRandomTest {
  private static final long PAGE = 4096;
  private static final int PAGES = 1500;
  private static final long ARENA = 0x7000_0000_0000L - 700 * PAGE; // crosses a 512 GiB boundary
  private static final int OPERATIONS = 12_000;

  /** What each page of the arena should be: the plainest model of linux-vm.md §6 and §7. */
  private static final class Oracle {
    enum State {
      EMPTY,
      ZERO,
      DIRTY,
      LAZY
    }

    final int[] protection = new int[PAGES]; // -1: not mapped
    final State[] states = new State[PAGES];
    final byte[] bytes = new byte[PAGES];
    long faults;

    Oracle() {
      java.util.Arrays.fill(protection, -1);
      java.util.Arrays.fill(states, State.EMPTY);
    }

    void drop(int page) {
      states[page] = State.EMPTY;
      bytes[page] = 0;
    }

    boolean store(int page, byte value) {
      if (protection[page] < 0 || (protection[page] & Protection.WRITE) == 0) {
        return false;
      }
      faults += states[page] == State.EMPTY || states[page] == State.ZERO ? 1 : 0;
      states[page] = State.DIRTY;
      bytes[page] = value;
      return true;
    }

    boolean load(int page) {
      if (protection[page] <= 0) {
        return false;
      }
      if (states[page] == State.EMPTY) {
        faults++;
        states[page] = State.ZERO;
      }
      return true;
    }

    long count(State... wanted) {
      return java.util.Arrays.stream(states).filter(List.of(wanted)::contains).count();
    }

    long mapped() {
      return java.util.Arrays.stream(protection).filter(p -> p >= 0).count();
    }
  }

  private final Oracle oracle = new Oracle();

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource(
      delimiter = ';',
      value = {"flat=true; 1", "flat=true; 2", "flat=false; 1", "kernel=6.1; 3", "overcommit=1; 4"})
  void pagesAreWhatThePlainModelSays(String settings, long seed) {
    Random random = new Random(seed);
    try (SimulatedLinux space = SimulatedLinuxProvider.open(settings)) {
      for (int i = 0; i < OPERATIONS; i++) {
        int first = random.nextInt(PAGES);
        int last = Math.min(PAGES, first + 1 + random.nextInt(random.nextInt(8) == 0 ? 900 : 40));
        step(space, random, first, last);
        assertThat(space.statistics().residentBytes() / PAGE)
            .isEqualTo(oracle.count(Oracle.State.DIRTY, Oracle.State.LAZY));
        if (i % 100 == 0) {
          compare(space);
        }
      }
    }
  }

  private void compare(SimulatedLinux space) {
    SimulatedStatistics statistics = space.statistics();
    assertThat(statistics.minorFaults()).isEqualTo(oracle.faults);
    assertThat(statistics.lazyFreeBytes() / PAGE).isEqualTo(oracle.count(Oracle.State.LAZY));
    assertThat(statistics.zeroPages()).isEqualTo(oracle.count(Oracle.State.ZERO));
    assertThat(statistics.mappedBytes() / PAGE).isEqualTo(oracle.mapped());
    SimulatedAudit.check(List.of(space));
  }

  private void step(SimulatedLinux space, Random random, int first, int last) {
    long start = ARENA + first * PAGE;
    long length = (last - first) * PAGE;
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> map(space, random, first, last);
      case 3 -> {
        assertThat(space.munmap(start, length)).isZero();
        for (int page = first; page < last; page++) {
          oracle.drop(page);
          oracle.protection[page] = -1;
        }
      }
      case 4 -> protect(space, random, first, last);
      case 5 -> advise(space, Advice.DONTNEED, first, last);
      case 6 -> advise(space, Advice.FREE, first, last);
      case 7 -> advise(space, Advice.PAGEOUT, first, last);
      case 8, 9 -> load(space, first, last);
      default -> store(space, random, first, last);
    }
  }

  private void map(SimulatedLinux space, Random random, int first, int last) {
    int protection = random.nextInt(4) == 0 ? random.nextInt(2) : Protection.READ_WRITE;
    long start = ARENA + first * PAGE;
    long length = (last - first) * PAGE;
    assertThat(space.mmap(start, length, protection, PRIVATE_ANONYMOUS | FIXED)).isEqualTo(start);
    for (int page = first; page < last; page++) {
      oracle.drop(page);
      oracle.protection[page] = protection;
    }
  }

  private void protect(SimulatedLinux space, Random random, int first, int last) {
    int protection = List.of(0, 1, 3, 3).get(random.nextInt(4));
    int hole = first;
    while (hole < last && oracle.protection[hole] >= 0) {
      oracle.protection[hole++] = protection;
    }
    long result = space.mprotect(ARENA + first * PAGE, (last - first) * PAGE, protection);
    assertThat(result).isEqualTo(hole < last ? -Errno.ENOMEM : 0);
  }

  private void advise(SimulatedLinux space, Advice advice, int first, int last) {
    boolean hole = false;
    for (int page = first; page < last; page++) {
      hole |= oracle.protection[page] < 0;
      if (advice == Advice.DONTNEED) {
        oracle.drop(page);
      } else if (advice == Advice.FREE && oracle.states[page] == Oracle.State.DIRTY) {
        oracle.states[page] = Oracle.State.LAZY;
      } else if (advice == Advice.PAGEOUT && oracle.states[page] == Oracle.State.LAZY) {
        oracle.drop(page);
      }
    }
    long result = space.madvise(ARENA + first * PAGE, (last - first) * PAGE, advice);
    assertThat(result).isEqualTo(hole ? -Errno.ENOMEM : 0);
  }

  private void load(SimulatedLinux space, int first, int last) {
    for (int page = first; page < Math.min(last, first + 40); page++) {
      long address = ARENA + page * PAGE + 8 * (page % 512);
      if (oracle.load(page)) {
        assertThat(space.memory().getByte(address)).isEqualTo(oracle.bytes[page]);
      } else {
        assertThatThrownBy(() -> space.memory().getByte(address))
            .isInstanceOf(SegmentationFault.class);
      }
    }
  }

  private void store(SimulatedLinux space, Random random, int first, int last) {
    byte value = (byte) (1 + random.nextInt(100));
    for (int page = first; page < last; page++) {
      long address = ARENA + page * PAGE + 8 * (page % 512);
      if (oracle.store(page, value)) {
        space.memory().putByte(address, value);
      } else {
        assertThatThrownBy(() -> space.memory().putByte(address, value))
            .isInstanceOf(SegmentationFault.class);
        return;
      }
    }
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "memory_max=5M; 1",
        "memory_max=3M,swap=64M; 2",
        "thp=always; 3",
        "thp=always,memory_max=8M,swap=64M; 4",
        "thp=always,kernel=6.1,memory_max=8M,swap=64M; 5",
        "thp=always,scan_sleep_millisecs=1; 6",
        "thp=madvise,scan_sleep_millisecs=2,max_ptes_none=300,max_ptes_shared=9,memory_max=12M; 7",
        "thp=always,scan_sleep_millisecs=1,max_ptes_swap=400,memory_max=9M,swap=64M; 8",
        "thp=always,kernel=6.1,scan_sleep_millisecs=1,memory_max=9M,swap=64M; 9"
      })
  void countersOfAFamilyOfProcessesAddUp(String settings, long seed) {
    Random random = new Random(seed);
    List<SimulatedLinux> family = new ArrayList<>();
    family.add(SimulatedLinuxProvider.open(settings));
    for (int i = 0; i < 3_000; i++) {
      SimulatedLinux process = family.get(random.nextInt(family.size()));
      boolean ends = family.size() > 3 || (family.size() > 1 && random.nextInt(40) == 0);
      if (ends) {
        family.remove(family.size() - 1).close();
      } else if (random.nextInt(60) == 0) {
        family.add(process.fork());
      } else {
        act(process, random);
      }
      if (family.stream().anyMatch(p -> p.pages().epitaph() != null)) {
        break;
      }
      if (i % 10 == 0) {
        SimulatedAudit.check(family);
      }
    }
    family.forEach(SimulatedLinux::close);
    assertThat(family.getFirst().statistics().machineFrameBytes()).isZero();
    assertThat(family.getFirst().statistics().machineSwapBytes()).isZero();
    assertThat(family.getFirst().statistics().committedBytes()).isZero();
  }

  private static void act(SimulatedLinux space, Random random) {
    long first = ARENA + random.nextInt(PAGES) * PAGE;
    long length = (1 + random.nextInt(random.nextInt(6) == 0 ? 1500 : 60)) * PAGE;
    int rw = Protection.READ_WRITE;
    Advice[] advice = Advice.values();
    space.clock().advance(random.nextInt(800_000)); // for khugepaged
    switch (random.nextInt(9)) {
      case 0 -> space.mmap(first, length, rw, PRIVATE_ANONYMOUS | FIXED);
      case 1 -> space.munmap(first, length / 4 & -PAGE);
      case 2 -> space.mprotect(first, length, random.nextInt(4) == 0 ? Protection.READ : rw);
      case 3 -> space.sbrk((random.nextInt(200) - 90) * 1024L);
      case 4 -> {
        int move = MapFlags.MREMAP_MAYMOVE;
        long moved = space.mremap(first, length, length + random.nextInt(9) * PAGE, move, 0);
        if (!Errno.isError(moved)) {
          space.munmap(moved, length + 9 * PAGE);
        }
      }
      case 5 -> space.madvise(first, length, advice[random.nextInt(advice.length)]);
      case 6 -> space.madvise(first, length, Advice.FREE);
      default -> touch(space, random, first, Math.min(length, 200 * PAGE));
    }
  }

  private static void touch(SimulatedLinux space, Random random, long first, long length) {
    try {
      if (random.nextBoolean()) {
        space.memory().touch(first, length);
      } else {
        space.memory().load(first, length);
      }
    } catch (SegmentationFault expected) {
      assertThat(expected.address()).isBetween(first, first + length);
    } catch (heapstakes.memory.OutOfMemoryKill killed) {
      assertThat(space.pages().machine().kills()).isPositive();
    }
  }
}
