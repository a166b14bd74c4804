package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The n-th system call that can fail does, n = 1 to 60: behind it the twin's heap is audited, after
 * each of the next events and then now and then, since what is corrupt stays so; live blocks keep
 * their contents, and what the library counts as allocated is what the program holds.
 */
@Tag("long")
class RefusedCallAuditTest {
  private static final int LAST_CALL = 60;
  private static final int EVENTS = 500;
  private static final int DOSE = Integer.getInteger("stress.dose", 1);
  private static final int AUDITED_EACH = 10 * DOSE;
  private static final int AUDITED_LATER = Math.max(1, 40 / DOSE); // one event of so many
  private static final long LARGEST = 4_000_000;

  private final List<Long> live = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ptmalloc2:tcache_count=0,mmap_threshold=64K",
        "tcmalloc",
        "jemalloc",
        "jemalloc:retain=false",
        "textbook",
        "textbook:fit=next,order=address,trim_threshold=64K",
        "buddy",
        "ideal",
        "chorus",
        "phkmalloc:cache=1",
        "vam",
        "openbsd:cache=0",
        "openbsd:cache=4,G=true,U=true",
        "ntheap",
        "ntheap:lfh=false,deCommitTotalFree=0"
      })
  void behindEveryRefusedCallTheHeapIsSound(String twin) {
    int reached = 0;
    for (int call = 1; call <= LAST_CALL; call++) {
      if (startsWithout(twin, call) && audited(twin, call) > 0) {
        reached = call;
      }
    }
    assertThat(reached).as("calls that %s makes", twin).isGreaterThan(8);
  }

  /** Where the library itself ends: jemalloc 5.3.0 by SIGSEGV, {@code verify --refuse 1} or 7. */
  private static boolean startsWithout(String twin, int call) {
    return !(twin.startsWith("jemalloc") && call == 1
        || twin.equals("jemalloc:retain=false") && call == 7);
  }

  /** Returns how many events came behind the refused call, its own among them. */
  private int audited(String twin, int call) {
    live.clear();
    int behind = 0;
    try (AddressSpace space = Machine.parse("simulated:fail_call=" + call).open();
        Allocator heap = Allocators.parse(twin).open(space)) {
      ShadowHeap shadow = new ShadowHeap(heap.memory());
      ThreadAllocator thread = heap.attach();
      Random random = new Random(call);
      thread.free(thread.malloc(1)); // ptmalloc2 makes the thread's cache with the first block
      long before = inUse(heap.counters());
      int done = 0;
      for (int i = 0; i < EVENTS; i++) {
        done += step(thread, shadow, random) ? 1 : 0;
        if (fallibleCalls(space) >= call && isAudited(behind++)) {
          heap.audit();
          shadow.check();
          requireCounted(twin, thread, inUse(heap.counters()) - before);
        }
      }
      assertThat(done)
          .as("%s, call %d: at most one is refused", twin, call)
          .isGreaterThanOrEqualTo(EVENTS - 1);
    }
    return behind;
  }

  private static boolean isAudited(int behind) {
    return behind < AUDITED_EACH || behind % AUDITED_LATER == 0;
  }

  /** False when the request was refused. */
  private boolean step(ThreadAllocator thread, ShadowHeap shadow, Random random) {
    int kind = random.nextInt(10);
    if (kind < 3 && !live.isEmpty()) {
      long block = live.remove(random.nextInt(live.size()));
      shadow.freed(block);
      thread.free(block);
      return true;
    }
    long size = 1 + (long) Math.pow(LARGEST, random.nextDouble());
    if (kind < 5 && !live.isEmpty()) {
      int at = random.nextInt(live.size());
      long moved = thread.realloc(live.get(at), size);
      if (moved != 0) {
        shadow.moved(live.set(at, moved), moved, size);
      }
      return moved != 0;
    }
    long block = kind == 5 ? thread.calloc(1, size) : thread.malloc(size);
    if (block != 0) {
      live.add(block);
      shadow.allocated(block, size);
    }
    return block != 0;
  }

  private static long fallibleCalls(AddressSpace space) {
    long calls = 0;
    for (Syscall kind : Syscall.values()) {
      calls += kind == Syscall.MADVISE ? 0 : space.statistics().calls().getOrDefault(kind, 0L);
    }
    return calls;
  }

  private static long counter(SequencedMap<String, Long> counters, String name) {
    return Objects.requireNonNull(counters.get(name), name);
  }

  private static long inUse(SequencedMap<String, Long> counters) {
    if (counters.containsKey("uordblks")) {
      return counter(counters, "uordblks") + counter(counters, "hblkhd");
    }
    if (counters.containsKey(SingleHeap.ALLOCATED)) {
      return counter(counters, SingleHeap.ALLOCATED);
    }
    return counters.containsKey("stats.allocated")
        ? counter(counters, "stats.allocated") - counter(counters, "stats.arenas.4096.tcache_bytes")
        : counter(counters, "generic.current_allocated_bytes");
  }

  private void requireCounted(String twin, ThreadAllocator thread, long counted) {
    long usable = live.stream().mapToLong(thread::usableSize).sum();
    long headers = twin.startsWith("ptmalloc2") ? 16L * live.size() : 0; // 8, or 16 if mapped
    assertThat(counted).isBetween(usable + headers / 2, usable + headers);
  }
}
