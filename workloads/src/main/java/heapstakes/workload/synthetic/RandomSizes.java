package heapstakes.workload.synthetic;

import heapstakes.workload.script.SplitMix;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Distributions of block sizes that between them reach every path of an allocator. */
enum RandomSizes {
  /** All the others in turn, one for each block. */
  ANY {
    @Override
    long draw(SplitMix random) {
      return values()[1 + random.below(values().length - 1)].draw(random);
    }
  },
  /** 0 to 130 bytes: thread caches and fastbins. */
  TINY {
    @Override
    long draw(SplitMix random) {
      return random.below(131);
    }
  },
  /** 0 to 1 100 bytes: up to just beyond small bins. */
  SMALL {
    @Override
    long draw(SplitMix random) {
      return random.below(1101);
    }
  },
  /** 1 byte to 3 MB, each magnitude as likely. */
  MAGNITUDES {
    @Override
    long draw(SplitMix random) {
      return random.magnitudes(1, 3_000_000);
    }
  },
  /** 512 to 200 000 bytes: large bins, and the threshold of mmap. */
  LARGE {
    @Override
    long draw(SplitMix random) {
      return 512 + random.below(199_489);
    }
  },
  /** Multiples of 64 bytes or of 1 KiB: many blocks of exactly the same size. */
  ROUND {
    @Override
    long draw(SplitMix random) {
      return random.below(2) == 0 ? 64L * random.below(65) : 1024L * random.below(257);
    }
  },
  /** Mostly small ones, and one in 64 of 1 to 40 MB. */
  HUGE {
    @Override
    long draw(SplitMix random) {
      return random.below(64) == 0
          ? random.magnitudes(1_000_000, 40_000_000)
          : random.magnitudes(1, 100_000);
    }
  };

  /** Names, the default first. */
  static List<String> names() {
    return Arrays.stream(values()).map(RandomSizes::word).toList();
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one called {@code name}. */
  static RandomSizes named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** A size in bytes. */
  abstract long draw(SplitMix random);
}
