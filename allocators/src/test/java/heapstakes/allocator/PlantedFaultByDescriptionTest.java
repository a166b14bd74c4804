package heapstakes.allocator;

import heapstakes.allocator.kit.Sabotage;
import heapstakes.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults of models by description: what {@link PlantedFaultTest} is for twins. */
@Tag("long")
class PlantedFaultByDescriptionTest {
  /** A free that also writes a word, for blocks of one usable size. */
  private static PlantedFaultTest.Fault writingAfterFree(long usableSize, long from, long word) {
    return (sound, memory) ->
        new Sabotage.Thread(sound) {
          @Override
          public void free(long address) {
            long usable = usableSize(address);
            super.free(address);
            if (usable == usableSize) {
              memory.putLong(address + from, word);
            }
          }
        };
  }

  /**
   * Blocks that leave bytes behind, and a calloc that gets them; the tag at an old end is enough.
   */
  @ParameterizedTest
  @CsvSource({"textbook, 2", "buddy, 5", "ideal, 5", "chorus, 2", "phkmalloc, 5", "ntheap, 2"})
  void aCallocThatDoesNotClearIsFound(String model, int actions) {
    PlantedFaultTest.expectFound(
        model,
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public long calloc(long count, long size) {
                return malloc(count * size);
              }
            },
        actions);
  }

  /** A block and its free: the audit compares the tags at both ends. */
  @Test
  void ofTextbookThatATagAtTheLowEndIsLostIsFoundInTwoActions() {
    PlantedFaultTest.expectFound("textbook", writingAfterFree(112, -8, 0), 2);
  }

  /** A block and its free, whose order is one too low. */
  @Test
  void ofBuddyThatAFreeBlockHasAnotherOrderIsFoundInTwoActions() {
    PlantedFaultTest.expectFound("buddy:release=false", writingAfterFree(112, -16, 6), 2);
  }

  /** A block whose size is counted as another: its free takes back too little. */
  @Test
  void ofIdealThatASizeIsLostIsFoundInTwoActions() {
    PlantedFaultTest.expectFound(
        "ideal",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public void free(long address) {
                loseSize(memory, address, usableSize(address));
                super.free(address);
              }
            },
        2);
  }

  /** A block and its free, whose header says again that it is used and does not wait. */
  @Test
  void ofChorusThatAFreeIsForgottenIsFoundInTwoActions() {
    PlantedFaultTest.expectFound("chorus", writingAfterFree(112, -16, 128 | 1), 2);
  }

  /** A block and its free: the bit of its neighbour is set by what a stray store leaves behind. */
  @Test
  void ofPhkmallocThatABitIsLostIsFoundInTwoActions() {
    PlantedFaultTest.expectFound(
        "phkmalloc",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public void free(long address) {
                boolean small = usableSize(address) == 64;
                super.free(address);
                if (small && memory.getLong((address & -4096) + 24) != 0) {
                  memory.putLong((address & -4096) + 24, 0); // the bits lie in the page itself
                }
              }
            },
        3);
  }

  /** A block and its free, after which the counts of its page are wrong. */
  @Test
  void ofVamThatAFreeCountsTwiceIsFound() {
    PlantedFaultTest.expectFound(
        "vam",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public void free(long address) {
                boolean small = usableSize(address) == 64;
                long live = (address & -4096) + 32;
                super.free(address);
                if (small && memory.getLong(live) > 0) {
                  memory.putLong(live, memory.getLong(live) - 1);
                }
              }
            },
        3);
  }

  /** A block: the library does not know one where its usable size is asked for. */
  @Test
  void ofOpenbsdThatABlockAtTheEndOfAPageBeginsTooLowIsFoundInOneAction() {
    PlantedFaultTest.expectFound(
        "openbsd",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public long malloc(long size) {
                return super.malloc(size) - (size > 2048 && size < 4000 ? 16 : 0);
              }
            },
        1);
  }

  /** A block and a larger one of its number, which moves. */
  @Test
  void ofOpenbsdThatAMovingReallocLosesTheFirstBytesIsFoundInTwoActions() {
    PlantedFaultTest.expectFound(
        "openbsd",
        (sound, memory) ->
            new Sabotage.Thread(sound) {
              @Override
              public long realloc(long address, long size) {
                long moved = super.realloc(address, size);
                if (address != 0 && moved != address && size >= 16) {
                  memory.fill(moved, 16, (byte) 0);
                }
                return moved;
              }
            },
        2);
  }

  /** A block and its free, whose header says again that it is used. */
  @Test
  void ofNtheapThatAFreeIsForgottenIsFoundInTwoActions() {
    PlantedFaultTest.expectFound("ntheap", writingAfterFree(112, -16, 128 | 1), 2);
  }

  private static void loseSize(Memory memory, long address, long usable) {
    if (usable > 4096) {
      memory.putLong(address - 16, usable - 4096);
    }
  }
}
