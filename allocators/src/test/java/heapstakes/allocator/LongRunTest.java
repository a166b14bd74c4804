package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.kit.GranuleMap;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One long life of each twin: {@code -Dstress.operations=1000000000}, of a million by default. No
 * two blocks overlap, each keeps its ends until it is freed, and the heap is audited after every
 * {@code stress.heapAudit} operations.
 */
@Tag("long")
class LongRunTest {
  private static final long OPERATIONS = Long.getLong("stress.operations", 1_000_000);
  private static final long AUDIT_EVERY = Long.getLong("stress.heapAudit", 250_000);
  private static final long SEED = Long.getLong("stress.seed", 1);
  private static final int SLOTS = Integer.getInteger("stress.slots", 1 << 12);
  private static final int THREADS = 4;

  /** Sizes below, one in so many: small ones most of the time. */
  private static final int[] LARGEST = {512, 8 << 10, 256 << 10, 4 << 20};

  private static final int STEP = 40;

  /** {@code -Dstress.contestants=jemalloc@5.3.1,mimalloc}: others, or one whose turn is long. */
  static Stream<String> contestants() {
    return Stream.of(
        System.getProperty("stress.contestants", "ptmalloc2,tcmalloc,jemalloc,mimalloc")
            .split(",", -1));
  }

  @ParameterizedTest
  @MethodSource("contestants")
  void noBlockOverlapsOrChangesInALongLife(String contestant) {
    try (AddressSpace space = Machine.parse("simulated").open();
        Allocator heap = Allocators.parse(contestant).open(space)) {
      Life life = new Life(heap, space, contestant.startsWith("mimalloc") ? 4 : 9);
      for (long done = 0; done < OPERATIONS; done++) {
        life.step();
        if (done % AUDIT_EVERY == 0) {
          heap.audit();
        }
      }
      life.end();
      heap.audit();
      assertThat(life.live).isZero();
    }
  }

  /** Slots that are filled and emptied at random, by threads that come and go. */
  private static final class Life {
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final GranuleMap map = new GranuleMap();
    private final long[] address = new long[SLOTS];
    private final long[] size = new long[SLOTS];
    private final ThreadAllocator[] threads = new ThreadAllocator[THREADS];
    private final Allocator heap;
    private final AddressSpace space;
    private final int alignments;
    private final Memory memory;
    private ThreadAllocator thread;
    private int live;

    /**
     * @param alignments how many are asked for, from 16 on: mimalloc 2.0.9 misaligns some blocks
     *     from 256 on, and so does its twin (docs/specs/mimalloc.md §11)
     */
    private Life(Allocator heap, AddressSpace space, int alignments) {
      this.alignments = alignments;
      this.heap = heap;
      this.space = space;
      memory = heap.memory();
      for (int i = 0; i < THREADS; i++) {
        threads[i] = heap.attach();
      }
      thread = threads[0];
    }

    private void step() {
      int dice = random.nextInt();
      if ((dice & 0xff) == 0) {
        turn(random.nextInt(1000));
      }
      int slot = random.nextInt(SLOTS);
      if (address[slot] == 0) {
        allocate(slot, (dice >>> 8) & 15);
      } else if (((dice >>> 8) & 7) == 0) {
        resize(slot);
      } else {
        free(slot);
      }
    }

    /** Another thread's turn; seldom a thread ends, memory is given back, or time passes. */
    private void turn(int dice) {
      int next = random.nextInt(THREADS);
      if (dice == 0 && next > 0) {
        threads[next].exit();
        threads[next] = heap.attach();
      }
      thread = threads[next];
      if (dice == 1) {
        thread.trim(0);
      }
      space.clock().advance(1_000_000L * dice);
    }

    private long someSize() {
      int kind = 0;
      while (kind < LARGEST.length - 1 && random.nextInt(STEP) == 0) {
        kind++;
      }
      return random.nextInt(LARGEST[kind]);
    }

    private void allocate(int slot, int how) {
      long bytes = someSize();
      long block;
      if (how == 0) {
        long alignment = 1L << (4 + random.nextInt(alignments));
        block = thread.memalign(alignment, bytes);
        // jemalloc aligns what is empty in some versions only
        require(bytes == 0 || block % alignment == 0, bytes, block, "is not aligned");
      } else if (how < 3) {
        block = thread.calloc(1, bytes);
        require(bytes == 0 || memory.getByte(block) == 0, bytes, block, "does not begin with zero");
        long last = block + bytes - 1;
        require(bytes == 0 || memory.getByte(last) == 0, bytes, block, "does not end in zero");
      } else {
        block = thread.malloc(bytes);
      }
      require(block != 0, bytes, block, "was refused");
      enter(slot, block, bytes);
      live++;
    }

    private void enter(int slot, long block, long bytes) {
      map.take(block, bytes);
      address[slot] = block;
      size[slot] = bytes;
      if (bytes > 0) {
        memory.putByte(block, (byte) slot);
        memory.putByte(block + bytes - 1, (byte) slot);
      }
    }

    private void leave(int slot) {
      map.give(address[slot], size[slot]);
      boolean kept = endsAreKept(address[slot], size[slot], slot);
      require(kept, size[slot], address[slot], "was changed");
    }

    private boolean endsAreKept(long block, long bytes, int slot) {
      return bytes == 0
          || memory.getByte(block) == (byte) slot
              && memory.getByte(block + bytes - 1) == (byte) slot;
    }

    private void resize(int slot) {
      long bytes = 1 + someSize();
      long kept = Math.min(bytes, size[slot]);
      leave(slot);
      long block = thread.realloc(address[slot], bytes);
      require(block != 0, bytes, block, "was refused");
      boolean isKept = kept == 0 || memory.getByte(block) == (byte) slot;
      require(isKept, bytes, block, "lost its first byte");
      enter(slot, block, bytes);
    }

    private void free(int slot) {
      leave(slot);
      thread.free(address[slot]);
      address[slot] = 0;
      live--;
    }

    private static void require(boolean holds, long bytes, long block, String what) {
      if (!holds) {
        throw new AssertionError(
            String.format(Locale.ROOT, "%d bytes at 0x%x: the block %s", bytes, block, what));
      }
    }

    private void end() {
      for (int slot = 0; slot < SLOTS; slot++) {
        if (address[slot] != 0) {
          free(slot);
        }
      }
      for (int i = THREADS - 1; i >= 0; i--) {
        threads[i].exit();
      }
    }
  }
}
