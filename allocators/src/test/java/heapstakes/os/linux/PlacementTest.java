package heapstakes.os.linux;

import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.simulated.SimulatedLinux;
import heapstakes.os.simulated.SimulatedLinuxProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Placement against the rules of linux-vm.md §3 written down plainly over a list of gaps. */
class PlacementTest {
  private static final long PAGE = 4096;
  private static final long HUGE = 2L << 20;
  private static final long TOP = 0x7fff_f7ff_f000L;
  private static final long LIMIT = 0x7fff_ffff_f000L;

  /** Mapped ranges, start to end. */
  private final TreeMap<Long, Long> mapped = new TreeMap<>();

  private List<long[]> gaps(long low, long high) {
    List<long[]> gaps = new ArrayList<>();
    long from = low;
    for (Map.Entry<Long, Long> range : mapped.entrySet()) {
      boolean stack = range.getKey() == 0x7fff_fffd_e000L;
      long to = Math.min(high, stack ? range.getKey() - 256 * PAGE : range.getKey());
      if (to > from) {
        gaps.add(new long[] {from, to});
      }
      from = Math.max(from, range.getValue());
    }
    if (from < high) {
      gaps.add(new long[] {from, high});
    }
    return gaps;
  }

  private long search(long length) {
    for (long[] gap : gaps(0x10000, TOP).reversed()) {
      if (gap[1] - gap[0] >= length) {
        return gap[1] - length;
      }
    }
    for (long[] gap : gaps(0x2aaa_aaaa_b000L, LIMIT)) {
      if (gap[1] - gap[0] >= length) {
        return gap[0];
      }
    }
    return -12;
  }

  private long expected(long hint, long length) {
    if (hint != 0) {
      long at = hint & -PAGE;
      for (long[] gap : gaps(0x10000, LIMIT)) {
        if (gap[0] <= at && at + length <= gap[1]) {
          return at;
        }
      }
    } else if (length % HUGE == 0) {
      long wide = search(length + HUGE);
      if (wide > 0) {
        long up = (HUGE - wide % HUGE) % HUGE;
        return wide + (up == 0 ? HUGE : up);
      }
    }
    return search(length);
  }

  private void remove(long start, long end) {
    for (Map.Entry<Long, Long> range : List.copyOf(mapped.entrySet())) {
      long from = range.getKey();
      long to = range.getValue();
      if (from < end && start < to) {
        mapped.remove(from);
        if (from < start) {
          mapped.put(from, start);
        }
        if (to > end) {
          mapped.put(end, to);
        }
      }
    }
  }

  private long length(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> HUGE * (1 + random.nextInt(3));
      case 1 -> (1L << 40) * (1 + random.nextInt(12)); // fills the space: the fallback is used too
      case 2 -> PAGE * (1 + random.nextInt(3000));
      default -> PAGE * (1 + random.nextInt(20));
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyMappingGoesWhereThePlainRulesPutIt(long seed) {
    mapped.put(0x5555_5555_4000L, 0x5555_5555_a000L);
    mapped.put(0x7fff_f7dd_1000L, TOP);
    mapped.put(0x7fff_fffd_e000L, LIMIT);
    Random random = new Random(seed);
    List<long[]> blocks = new ArrayList<>();
    try (SimulatedLinux space = SimulatedLinuxProvider.open("overcommit=1")) {
      for (int i = 0; i < 2_000; i++) {
        if (random.nextInt(3) == 0 && !blocks.isEmpty()) {
          long[] block = blocks.get(random.nextInt(blocks.size()));
          long pages = (block[1] - block[0]) / PAGE;
          long start = block[0] + PAGE * random.nextLong(pages);
          long end = Math.min(block[1], start + PAGE * (1 + random.nextLong(pages)));
          assertThat(space.munmap(start, end - start)).isZero();
          remove(start, end);
        } else {
          long length = length(random);
          boolean hinted = random.nextInt(8) == 0 && !blocks.isEmpty();
          long hint = hinted ? blocks.getLast()[0] + 5000 * random.nextInt(40) : 0;
          int protection = random.nextInt(4);
          long expected = expected(hint, length);
          assertThat(space.mmap(hint, length, protection, PRIVATE_ANONYMOUS)).isEqualTo(expected);
          if (expected > 0) {
            mapped.put(expected, expected + length);
            blocks.add(new long[] {expected, expected + length});
          }
        }
      }
    }
  }
}
