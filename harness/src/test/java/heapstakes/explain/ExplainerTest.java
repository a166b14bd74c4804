package heapstakes.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Holding;
import heapstakes.allocator.Region;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.replay.TestTraces;
import heapstakes.replay.TraceSource;
import heapstakes.results.Footprint;
import heapstakes.setting.SettingException;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {
  private static final long PAGE = 4096;
  private static final String TLPI = "tlpi-free-and-sbrk:blocks=1000,size=10240,step=1,first=1,";

  private static Explanation explain(String contestant, Trace trace, String at) {
    return new Explainer(
            Allocators.parse(contestant),
            Machine.parse("simulated"),
            trace,
            ReplayOptions.DEFAULT,
            step -> {})
        .explain(at);
  }

  private static Footprint measured(String contestant, Trace trace) {
    return FootprintMeter.measure(
        Allocators.parse(contestant), Machine.parse("simulated"), trace, ReplayOptions.DEFAULT);
  }

  private static long endResident(Footprint footprint) {
    return footprint.space().end().residentBytes().orElseThrow();
  }

  /** Kerrisk, The Linux Programming Interface, §7.1: all are freed but the last one. */
  @Test
  void theLastBlockOfManyPinsTheBreakAndFreeingItIsWorthWhatTheProgramThatFreesItToGetsBack() {
    Explanation found = explain("ptmalloc2", TraceSource.open(TLPI + "last=999"), "retained");

    BreakPin pin = found.pins().getFirst();
    assertThat(pin.isBreak()).isTrue();
    assertThat(pin.block())
        .hasValueSatisfying(block -> {
          assertThat(block.slot()).isEqualTo(999);
          assertThat(block.size()).isEqualTo(10_240);
          assertThat(block.operation()).isEqualTo(1000);
        });
    Experiment freed = found.tried(Experiment.Kind.PIN).orElseThrow();
    Footprint all = measured("ptmalloc2", TraceSource.open(TLPI + "last=1000"));
    assertThat(found.heap().resident() - freed.returnedAtOnce()).isEqualTo(endResident(all));
    assertThat(freed.returnedAtOnce()).isGreaterThan(9_900_000);
  }

  /** Live addresses of a recorded program are taken from a meter that knows nothing of heaps. */
  @Test
  void theBlockUnderTheBreakOfSqliteIsTheHighestLiveOneAndItsFreeIsReplayedToTheSameEnd() {
    Trace sqlite = TraceSource.open("sqlite3");
    Explanation found = explain("ptmalloc2", sqlite, "peak");

    Trace start = prefix(sqlite, found.moment().events(), -1);
    TreeMap<Long, Integer> live = liveOnTheBreak(start);
    HeldBlock pin = found.pins().getFirst().block().orElseThrow();
    assertThat(live.lastEntry()).isEqualTo(Map.entry(pin.address(), pin.slot()));

    Experiment freed = found.tried(Experiment.Kind.PIN).orElseThrow();
    Footprint without = measured("ptmalloc2", prefix(sqlite, found.moment().events(), pin.slot()));
    assertThat(found.heap().resident() - freed.returnedAtOnce()).isEqualTo(endResident(without));
  }

  private static TreeMap<Long, Integer> liveOnTheBreak(Trace trace) {
    Map<Long, Long> answers = new HashMap<>(); // by operation; on the break only
    FootprintMeter.measure(
        Allocators.parse("ptmalloc2"),
        Machine.parse("simulated"),
        trace,
        ReplayOptions.DEFAULT,
        new FootprintObserver() {
          @Override
          public boolean wantsBlocks() {
            return true;
          }

          @Override
          public void block(long operation, long address, @Nullable Region region) {
            if (region != null && region.name().equals("brk")) {
              answers.put(operation, address);
            }
          }
        });
    Map<Integer, Long> bySlot = new HashMap<>();
    long operation = 0;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int at = batch.from; at < batch.to; at++) {
          if (batch.op[at] <= Op.MEMALIGN) {
            bySlot.put(batch.slot[at], answers.getOrDefault(operation, 0L));
          } else if (batch.op[at] == Op.FREE) {
            bySlot.remove(batch.slot[at]);
          }
          operation += Op.isOperation(batch.op[at]) ? 1 : 0;
        }
      }
    }
    TreeMap<Long, Integer> live = new TreeMap<>();
    bySlot.forEach((slot, address) -> live.put(address, slot));
    return live;
  }

  /**
   * The first events of a trace of one thread without marks.
   *
   * @param freed slot that is freed behind them; -1: none
   */
  private static Trace prefix(Trace whole, long events, int freed) {
    EventBatch kept = new EventBatch((int) events + 1);
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = whole.open()) {
      while (kept.to < events && cursor.next(batch)) {
        for (int at = batch.from; at < batch.to && kept.to < events; at++) {
          kept.add(batch.op[at], batch.slot[at], batch.size[at], batch.extra[at]);
        }
      }
    }
    if (freed >= 0) {
      kept.add(Op.FREE, freed, 0, 0);
    }
    return GeneratedTrace.counted(
        "prefix", events + " " + freed, 1, whole.info().phases(), () -> once(kept));
  }

  private static TraceCursor once(EventBatch all) {
    return new TraceCursor() {
      private boolean given;

      @Override
      public boolean next(EventBatch batch) {
        batch.clear();
        if (!given) {
          batch.op = all.op;
          batch.slot = all.slot;
          batch.size = all.size;
          batch.extra = all.extra;
          batch.to = all.to;
        }
        given = true;
        return batch.to > 0;
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }

  /** What uses resident memory, what is empty beside live blocks, what the groups keep. */
  @ParameterizedTest
  @ValueSource(strings = {"ptmalloc2", "tcmalloc", "jemalloc", "mimalloc", "textbook", "bump"})
  void everyResidentByteIsAccountedForOnceAndEveryLiveOneIsTheBooks(String contestant) {
    Trace trace = TestTraces.mix(3, 1_500, 150, 3);

    for (String at : List.of("peak", "phase1", "900", "end")) {
      Explanation found = explain(contestant, trace, at);

      HeapSnapshot heap = found.heap();
      assertThat(found.contents().stream().mapToLong(ContentShare::bytes).sum())
          .isEqualTo(heap.resident());
      assertThat(found.tally().bytes(Content.LIVE)).isEqualTo(heap.requested());
      assertThat(found.tally().bytes(Content.OTHER)).isNotNegative();
      assertThat(found.pages().stream().mapToLong(p -> p.liveBytes() + p.emptyBytes()).sum())
          .isEqualTo(heap.resident());
      assertThat(found.pages().get(1).atLeast()).isPositive();
      assertThat(found.pages().getFirst().pages()).isEqualTo(unusedPages(heap));
      HeapMap map = HeapMap.of(found);
      assertThat(
              map.count(PageKind.LIVE)
                  + map.count(PageKind.UNUSED)
                  + map.count(PageKind.RECORDS)
                  + map.count(PageKind.LAZY))
          .isEqualTo(heap.resident() / PAGE);
      for (String by : List.of("size", "age", "mark", "thread")) {
        assertThat(sum(found, by)).as(by).isCloseTo(found.heldBytes(), within(40L));
      }
    }
  }

  /** Block by block, page by page. */
  private static long unusedPages(HeapSnapshot heap) {
    Set<Long> used = new HashSet<>();
    for (HeldBlock block : heap.blocks()) {
      for (long at = block.address() / PAGE; at * PAGE < block.address() + block.size(); at++) {
        used.add(at);
      }
    }
    return heap.resident() / PAGE - used.size(); // the replay touches every page of a block
  }

  private static long sum(Explanation found, String by) {
    return found.groups().stream()
        .filter(group -> group.by().equals(by))
        .mapToLong(BlockGroup::heldBytes)
        .sum();
  }

  /** Eight blocks of a quarter page from the break on; every block but one a page is freed. */
  @Test
  void blocksThatShareAPageShareWhatTheyKeep() {
    String blocks = "m 0 1008;m 1 1008;m 2 1008;m 3 1008;m 4 2032;m 5 2032;";
    Explanation found =
        explain("ptmalloc2:tcache_count=0", TestTraces.of(blocks + "f 1;f 2;f 3"), "end");

    // 1008 B are chunks of 1024: the first page holds 0 to 3 from offset 16 on, the next 4 and 5,
    // which ends 16 B into the third; 4088 B of that page are empty, and 16 + 8 + 8 of the second.
    BlockGroup small =
        found.groups().stream()
            .filter(group -> group.by().equals("size") && group.name().startsWith("513"))
            .findFirst()
            .orElseThrow();
    assertThat(small.blocks()).isOne();
    assertThat(small.heldBytes()).isEqualTo(PAGE - 1008);
    assertThat(small.aloneBytes()).isEqualTo(PAGE - 1008);
    assertThat(found.groups().stream().filter(g -> g.by().equals("age")).count()).isOne();
  }

  @Test
  void aMomentIsAMarkAnOperationOrAWordAndAMarkGoesFirst() {
    Trace trace = TestTraces.of("m 0 5000;P peak;m 1 90000;f 1;P late;m 2 8;f 2;f 0");

    assertThat(explain("ptmalloc2", trace, "peak").moment().operations()).isEqualTo(1);
    assertThat(explain("ptmalloc2", trace, "late").moment().operations()).isEqualTo(3);
    assertThat(explain("ptmalloc2", trace, "2").heap().requested()).isEqualTo(95_000);
    assertThat(explain("ptmalloc2", trace, "0").heap().blocks()).isEmpty();
    assertThat(explain("ptmalloc2", trace, "end").heap().requested()).isZero();
    assertThatThrownBy(() -> explain("ptmalloc2", trace, "7"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("an operation from 0 to 6");
    assertThatThrownBy(() -> explain("ptmalloc2", trace, "lat"))
        .hasMessageContaining("Did you mean")
        .hasMessageContaining("late");
  }

  @Test
  void anExitedProcessIsLookedAtBeforeItsExit() {
    Explanation found = explain("ptmalloc2", TestTraces.of("m 0 70000;X"), "end");

    assertThat(found.heap().requested()).isEqualTo(70_000);
    assertThat(found.moment().events()).isOne();
  }

  @Test
  void aForkedChildHasTheBlocksOfItsParentAndItsOwn() {
    Trace trace = TestTraces.of("m 0 5000;m 1 6000;F 1;f 0;t 1;f 1;m 2 700");

    Explanation found = explain("ptmalloc2", trace, "end");

    assertThat(found.heap().blocks()).extracting(HeldBlock::slot).containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void aRealLibraryIsSentToItsTwin() {
    Contestant library = Allocators.parse("native-glibc");

    assertThatThrownBy(() ->
            new Explainer(
                library,
                Machine.parse("simulated"),
                TestTraces.of("m 0 1"),
                ReplayOptions.DEFAULT,
                step -> {}))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("its twin is ptmalloc2");
  }

  @Test
  void whatTheProgramFreedButACacheKeepsIsNamed() {
    Explanation found = explain("ptmalloc2", TestTraces.of("m 0 9000;m 1 90;f 0;f 1"), "end");

    BreakPin pin = found.pins().getFirst();
    assertThat(pin.block()).isEmpty();
    assertThat(pin.below().kind()).isEqualTo(Holding.Kind.CACHED);
    assertThat(pin.below().name()).isEqualTo("tcache chunk");
    assertThat(pin.steps()).containsExactly(new BreakPin.Step(1, 112 + 9008));
  }

  /**
   * jemalloc, with threads in the background, advises MADV_FREE of what has been dirty for 10 s.
   */
  @Test
  void theMapHasAsManyLazyPagesAsTheKernelCountsAndLeavesOutWhatIsEmpty() {
    Trace trace = TestTraces.of("m 0 4000000;m 1 100;f 0;@ 20000000000;m 2 50");
    Explanation found = explain("jemalloc:background_thread=true,muzzy_decay_ms=-1", trace, "3");

    HeapMap map = HeapMap.of(found);
    assertThat(found.heap().lazyFree()).isPositive();
    assertThat(map.count(PageKind.LAZY) * PAGE).isEqualTo(found.heap().lazyFree());
    assertThat(map.pages()).isLessThan(4_000);
    for (HeapMap.Section section : map.sections()) {
      for (int i = 0; i < section.kinds().length; i++) {
        assertThat(section.shares()[i] > 0).isEqualTo(section.kinds()[i] == PageKind.LIVE);
      }
    }
  }

  /** Its documentation, dirty_decay_ms: pages go within 10 s, when somebody allocates or frees. */
  @Test
  void jemallocGivesBackAfterSilenceOnlyWhenSomebodyWorks() {
    Trace trace = TestTraces.of("m 0 6000000;m 1 100;f 0");

    Experiment waited = explain("jemalloc", trace, "end").tried(Experiment.Kind.WAIT).orElseThrow();
    assertThat(waited.returnedAtOnce()).isZero();
    assertThat(waited.returnedThen()).isGreaterThan(5_900_000);
    Experiment helped =
        explain("jemalloc:background_thread=true", trace, "end")
            .tried(Experiment.Kind.WAIT)
            .orElseThrow();
    assertThat(helped.returnedAtOnce()).isGreaterThan(5_900_000);
  }

  @Test
  void blocksAreGroupedByThePlaceInTheProgramThatMadeThem(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sites.hst");
    Files.writeString(
        file,
        """
        #heapstakes-trace 1
        #heapstakes-site 1 0 main+0x10 (prog)
        #heapstakes-site 2 1 remember+0x1f (prog)
        m 0 50000
        #@ 1
        m 1 60000
        #@ 2
        m 2 70000
        m 3 70000
        #@ 0
        f 0
        f 1
        """);

    Explanation found = explain("ptmalloc2", TraceSource.open(file.toString()), "end");

    BlockGroup group = found.groups().getFirst();
    assertThat(group.by()).isEqualTo("call site");
    assertThat(group.name()).isEqualTo("remember+0x1f (prog) < main+0x10 (prog)");
    assertThat(group.blocks()).isEqualTo(2);
    assertThat(found.site(found.pins().getFirst().block().orElseThrow())).isEqualTo(group.name());
    assertThat(found.groups().stream().filter(g -> g.by().equals("call site")).count()).isOne();
  }

  @Test
  void listsOfBlocksAreInOrderOfAddress() {
    Explanation found = explain("jemalloc", TestTraces.mix(5, 900, 90, 2), "end");

    List<Long> addresses = new ArrayList<>();
    found.heap().blocks().forEach(block -> addresses.add(block.address()));
    assertThat(addresses).isSorted().doesNotHaveDuplicates();
  }
}
