package heapstakes.os.simulated;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ_WRITE;

import org.junit.jupiter.api.AfterEach;

/** A process on a simulated machine, and what its tests say often. */
abstract class OnSimulatedLinux {
  static final long PAGE = 4096;
  static final long KIB = 1L << 10;
  static final long MIB = 1L << 20;
  static final long GIB = 1L << 30;

  SimulatedLinux space = SimulatedLinuxProvider.open("");

  @AfterEach
  void exit() {
    space.close();
  }

  void restart(String settings) {
    space.close();
    space = SimulatedLinuxProvider.open(settings);
  }

  long map(long bytes) {
    return map(bytes, READ_WRITE, 0);
  }

  long map(long bytes, int protection, int flags) {
    return space.mmap(0, bytes, protection, PRIVATE_ANONYMOUS | flags);
  }

  SimulatedStatistics statistics() {
    return space.statistics();
  }
}
