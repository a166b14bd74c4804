package heapstakes.model.ptmalloc2;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.HeapCorruptedException;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Misuse and the message with which glibc 2.36-9+deb12u14 aborts; each observed by a C program that
 * does the same.
 */
class Ptmalloc2MisuseTest {
  /** A program that misuses malloc. */
  private interface Program {
    void run(Program.Heap heap);

    /** A heap whose blocks can be written past their ends. */
    record Heap(ThreadAllocator thread, Memory memory) {
      long malloc(long bytes) {
        return thread.malloc(bytes);
      }

      void free(long block) {
        thread.free(block);
      }

      void put(long block, int word, long value) {
        memory.putLong(block + 8L * word, value);
      }

      long get(long block, int word) {
        return memory.getLong(block + 8L * word);
      }

      /** A block whose size has a full tcache bin. */
      long uncacheable(long bytes) {
        long[] blocks = new long[8];
        for (int i = 0; i < 8; i++) {
          blocks[i] = malloc(bytes);
        }
        malloc(bytes);
        for (int i = 0; i < 7; i++) {
          free(blocks[i]);
        }
        return blocks[7];
      }
    }
  }

  private record Misuse(String message, Program program) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Misuse> misuses() {
    return Stream.concat(misusesOfFree(), misusesOfLists());
  }

  private static Stream<Misuse> misusesOfFree() {
    return Stream.of(
        new Misuse("free(): double free detected in tcache 2", h -> freeTwice(h, h.malloc(100))),
        new Misuse("double free or corruption (fasttop)", h -> freeTwice(h, h.uncacheable(100))),
        new Misuse("double free or corruption (!prev)", h -> freeTwice(h, h.uncacheable(200))),
        new Misuse("double free or corruption (top)", h -> freeTwice(h, h.malloc(2000))),
        new Misuse("free(): invalid pointer", h -> h.free(h.malloc(100) + 8)),
        new Misuse("free(): invalid pointer", h -> h.free(h.malloc(100) + 16)),
        new Misuse("free(): invalid size", Ptmalloc2MisuseTest::freeOddSize),
        new Misuse("free(): invalid next size (fast)", h -> smashNext(h, 100, 0)),
        new Misuse("free(): invalid next size (normal)", h -> smashNext(h, 200, 1)),
        new Misuse(
            "malloc(): unsorted double linked list corrupted",
            h -> {
              long p = h.uncacheable(200);
              h.free(p);
              h.put(p, 0, p);
              h.malloc(300);
            }),
        new Misuse(
            "malloc(): corrupted top size",
            h -> {
              h.put(h.malloc(1000), 125, -8);
              h.malloc(100_000);
            }),
        new Misuse(
            "corrupted size vs. prev_size while consolidating",
            h -> {
              long p = h.malloc(2000);
              long q = h.malloc(2000);
              h.malloc(16);
              h.free(p);
              h.put(q, -2, 992);
              h.free(q);
            }),
        new Misuse(
            "munmap_chunk(): invalid pointer",
            h -> {
              long p = h.malloc(200_000);
              h.put(p, -2, 16);
              h.free(p);
            }),
        new Misuse(
            "mremap_chunk(): invalid pointer",
            h -> {
              long p = h.malloc(200_000);
              h.put(p, -2, 16);
              h.thread().realloc(p, 300_000);
            }),
        new Misuse("realloc(): invalid pointer", h -> h.thread().realloc(h.malloc(100) + 8, 200)),
        new Misuse("realloc(): invalid old size", h -> reallocSmashed(h, -1)),
        new Misuse("realloc(): invalid next size", h -> reallocSmashed(h, 13)));
  }

  private static Stream<Misuse> misusesOfLists() {
    return Stream.of(
        new Misuse("malloc(): invalid size (unsorted)", h -> smashUnsorted(h, -1, 17)),
        new Misuse(
            "malloc(): mismatching next->prev_size (unsorted)", h -> smashUnsorted(h, 250, 8)),
        new Misuse("malloc(): invalid next->prev_inuse (unsorted)", h -> smashUnsorted(h, 251, 33)),
        new Misuse("corrupted double-linked list", h -> smashSorted(h, 0)),
        new Misuse("corrupted size vs. prev_size", h -> smashSorted(h, 250)),
        new Misuse("malloc(): memory corruption (fast)", Ptmalloc2MisuseTest::takeResizedFastChunk),
        new Misuse(
            "malloc_consolidate(): invalid chunk size",
            h -> {
              long p = h.uncacheable(100);
              h.free(p);
              h.put(p, -1, 0x91);
              h.malloc(2000);
            }),
        new Misuse(
            "malloc(): smallbin double linked list corrupted", Ptmalloc2MisuseTest::smashSmallBin),
        new Misuse(
            "corrupted double-linked list (not small)",
            h -> {
              long p = h.malloc(3000);
              h.malloc(16);
              long q = h.malloc(3100);
              h.malloc(16);
              h.free(p);
              h.free(q);
              h.malloc(5000);
              h.put(p, 2, q);
              h.put(q, 3, q);
              h.malloc(3000);
            }));
  }

  private static void freeTwice(Program.Heap h, long block) {
    h.free(block);
    h.free(block);
  }

  private static void freeOddSize(Program.Heap h) {
    long p = h.malloc(2000);
    h.put(p, -1, 17 | 8);
    h.free(p);
  }

  private static void smashNext(Program.Heap h, int bytes, long head) {
    long p = h.uncacheable(bytes);
    h.put(p, (bytes + 7) / 8, head);
    h.free(p);
  }

  private static void reallocSmashed(Program.Heap h, int word) {
    long p = h.malloc(104);
    h.put(p, word, 1L << 40 | 1);
    h.thread().realloc(p, 200);
  }

  private static void smashUnsorted(Program.Heap h, int word, long value) {
    long p = h.malloc(2000);
    h.malloc(16);
    h.free(p);
    h.put(p, word, value);
    h.malloc(3000);
  }

  private static void smashSorted(Program.Heap h, int word) {
    long p = h.malloc(2000);
    h.malloc(16);
    h.free(p);
    h.malloc(3000);
    h.put(p, word, word == 0 ? p - 16 : 8);
    h.malloc(1990);
  }

  private static void takeResizedFastChunk(Program.Heap h) {
    long p = h.uncacheable(100);
    h.free(p);
    h.put(p, -1, 0x91);
    for (int i = 0; i < 8; i++) {
      h.malloc(100);
    }
  }

  private static void smashSmallBin(Program.Heap h) {
    long p = h.uncacheable(200);
    h.free(p);
    h.malloc(300);
    h.put(p, 1, p);
    for (int i = 0; i < 8; i++) {
      h.malloc(200);
    }
  }

  @ParameterizedTest
  @MethodSource("misuses")
  void misuseEndsWithTheMessageOfGlibc(Misuse misuse) {
    try (TestProcess process = TestProcess.start("")) {
      Program.Heap heap = new Program.Heap(process.main(), process.memory());
      assertThatThrownBy(() -> misuse.program().run(heap))
          .isInstanceOf(HeapCorruptedException.class)
          .hasMessage(misuse.message());
    }
  }
}
