package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.kit.Action;
import heapstakes.allocator.kit.Play;
import heapstakes.allocator.kit.RandomActions;
import heapstakes.allocator.kit.Sabotage;
import heapstakes.allocator.kit.Shrinking;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the other tests with random programs are worth: faults of models, found and made small. */
@Tag("long")
class PlantedFaultTest {
  private static final int ACTIONS = 800;
  private static final int PROGRAMS = 20;
  private static final int THREADS = 3;

  interface Fault {
    ThreadAllocator in(ThreadAllocator sound, Memory memory);
  }

  static void expectFound(String contestant, Fault fault, int actions) {
    Function<AddressSpace, Allocator> sound = Allocators.parse(contestant)::open;
    Function<AddressSpace, Allocator> faulty =
        space -> {
          Allocator heap = sound.apply(space);
          return new Sabotage(heap, thread -> fault.in(thread, heap.memory()));
        };
    List<Action> program =
        IntStream.rangeClosed(1, PROGRAMS)
            .mapToObj(seed -> RandomActions.of(seed, ACTIONS, THREADS))
            .filter(each -> Play.fails(each, faulty))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no program fails with the fault"));
    assertThat(Play.fails(program, sound)).as("the program fails without the fault").isFalse();
    List<Action> small = Shrinking.of(program, part -> Play.fails(part, faulty));
    assertThat(small).hasSize(actions);
    assertThat(Play.fails(small, faulty)).isTrue();
  }

  /** Two blocks, the first freed, the second grown, whose size is lost. */
  @Test
  void ofBumpThatAFreeOverwritesTheNextHeaderIsFoundInFourActions() {
    expectFound(
        "bump",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public void free(long address) {
                memory.putLong(address + usableSize(address), 0);
              }
            },
        4);
  }

  /** A block and its free: the audit sees the flag at once. */
  @Test
  void ofPtmalloc2ThatTheNextChunksFlagIsClearedForOneSizeIsFoundInTwoActions() {
    expectFound(
        "ptmalloc2",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public void free(long address) {
                long usable = usableSize(address);
                super.free(address);
                if (usable == 104) {
                  memory.putLong(address + usable, memory.getLong(address + usable) & ~1L);
                }
              }
            },
        2);
  }

  /** Three blocks of 64 bytes and their frees. */
  @Test
  void ofTcmallocThatEveryThirdFreeOfAClassIsDoneTwiceIsFoundInSixActions() {
    expectFound(
        "tcmalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              private int frees;

              @Override
              public void free(long address) {
                boolean twice = usableSize(address) == 64 && ++frees % 3 == 0;
                super.free(address);
                if (twice) {
                  super.free(address);
                }
              }
            },
        6);
  }

  /** A block that was used, its free, and a calloc of the same class. */
  @Test
  void ofJemallocThatCallocDoesNotClearIsFoundInThreeActions() {
    expectFound(
        "jemalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public long calloc(long count, long size) {
                return malloc(count * size);
              }
            },
        3);
  }

  /** A block and a larger one of its number, which moves. */
  @Test
  void ofPtmalloc2ThatAMovingReallocLosesTheLastBytesIsFoundInTwoActions() {
    expectFound(
        "ptmalloc2",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public long realloc(long address, long size) {
                long usable = usableSize(address);
                long moved = super.realloc(address, size);
                if (moved != address && moved != 0 && size >= usable) {
                  memory.fill(moved + usable - 24, 24, (byte) 0);
                }
                return moved;
              }
            },
        2);
  }

  /** One block before, so that the other is not aligned by chance. */
  @Test
  void ofTcmallocThatALargeAlignmentIsForgottenIsFoundInTwoActions() {
    expectFound(
        "tcmalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public long memalign(long alignment, long size) {
                return super.memalign(Math.min(alignment, 8192), size);
              }
            },
        2);
  }

  /** Two blocks, of which the trim of the second's thread drops a page. */
  @Test
  void ofJemallocThatATrimDropsAPageInUseIsFoundInTwoActions() {
    expectFound(
        "jemalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              private long last;

              @Override
              public long malloc(long size) {
                long block = super.malloc(size);
                last = size > 2 * 4096 ? block : last;
                return block;
              }

              @Override
              public void free(long address) {
                last = address == last ? 0 : last;
                super.free(address);
              }

              @Override
              public long realloc(long address, long size) {
                last = address == last ? 0 : last;
                return super.realloc(address, size);
              }

              @Override
              public void trim(long pad) {
                super.trim(pad);
                if (last != 0) {
                  memory.fill(last, 4096, (byte) 0);
                }
              }
            },
        2);
  }

  /** A block and its free: the chain of the page's free blocks then ends too early. */
  @Test
  void ofMimallocThatAFreeOverwritesTheNextBlocksFirstWordIsFoundInTwoActions() {
    expectFound(
        "mimalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public void free(long address) {
                long usable = usableSize(address);
                super.free(address);
                if (usable == 64) {
                  memory.putLong(address + usable, 0);
                }
              }
            },
        2);
  }

  /** Blocks of 128 bytes and their frees, one of them twice. */
  @Test
  void ofMimallocThatEveryThirdFreeOfASizeIsDoneTwiceIsFoundInSixActions() {
    expectFound(
        "mimalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              private int frees;

              @Override
              public void free(long address) {
                boolean twice = usableSize(address) == 128 && ++frees % 3 == 0;
                super.free(address);
                if (twice) {
                  super.free(address);
                }
              }
            },
        6);
  }
}
