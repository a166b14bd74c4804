package heapstakes.trace.edit;

import heapstakes.trace.CallSites;
import heapstakes.trace.EventBatch;
import heapstakes.trace.InMemoryTrace;
import heapstakes.trace.LiveBlocks;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.file.Traces;
import heapstakes.trace.format.TraceSink;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/**
 * Searches the shortest trace on which something still fails, by {@link DeltaDebugging}: first
 * whole blocks are left out, each with every operation on it; then marks, trims and switches of
 * thread; then single operations on the blocks that are left; and so on until nothing more can go.
 * Slots are numbered anew. What is left is a trace of which no single block or event can be left
 * out, which is not always the shortest there is.
 */
public final class TraceMinimizer {
  /** Takes a trace and says how it did. */
  public interface Examination {
    /** Whether it still fails on the trace in this file. */
    boolean fails(Path trace);

    /** It failed on the trace in this file, the shortest so far, which may be moved away. */
    void keep(Path trace, TraceInfo info);

    /** What is tried next, and with how many units. */
    void begin(String stage, int units);
  }

  private static final int NONE = -1;

  private final TraceInfo info;
  private final EventBatch events;
  private final CallSites callSites;
  private final Examination examination;
  private final Path candidate;

  /** The block that an event is about, by number; {@link #NONE} for marks and trims. */
  private final int[] blocks;

  private final int blockCount;
  private long[] sizes;
  private BitSet kept;

  private TraceMinimizer(Trace trace, Examination examination, Path candidate) {
    InMemoryTrace loaded = InMemoryTrace.of(trace);
    this.info = loaded.info();
    this.events = loaded.events();
    callSites = loaded.callSites();
    this.examination = examination;
    this.candidate = candidate;
    blocks = new int[events.to];
    blockCount = numberBlocks();
    sizes = Arrays.copyOf(events.size, events.to);
    kept = new BitSet();
    kept.set(0, events.to);
  }

  /**
   * Searches. The traces that are tried are written to {@code candidate}, one after the other.
   *
   * @param trace a valid trace, which is loaded whole
   * @param candidate as in {@link Traces#importTo}
   * @param halveSizes whether to halve the sizes of what is left as long as it fails
   * @throws TraceException when it does not fail on the whole trace
   */
  public static void minimize(
      Trace trace, Examination examination, Path candidate, boolean halveSizes) {
    TraceMinimizer search = new TraceMinimizer(trace, examination, candidate);
    examination.begin("trying the whole trace", 1);
    if (!search.fails(search.kept, search.sizes)) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "the command exits with 0 on the whole of %s (%d operations), so there is no failure to"
                  + " keep. It must exit with another code on it, within the time limit.",
              search.info.name(),
              search.info.operations()));
    }
    search.reduce();
    if (halveSizes) {
      search.halveSizes();
    }
  }

  private int numberBlocks() {
    LiveBlocks<Integer> live = new LiveBlocks<>(block -> 0, (block, child) -> block);
    int count = 0;
    for (int i = 0; i < events.to; i++) {
      byte op = events.op[i];
      int slot = events.slot[i];
      blocks[i] = NONE;
      if (!Op.isOperation(op)) {
        live.follow(op, slot);
      } else if (op != Op.TRIM) {
        Integer block = op == Op.FREE ? live.remove(slot) : live.get(slot);
        if (block == null) {
          block = count++;
          live.put(slot, block);
        }
        blocks[i] = block;
      }
    }
    return count;
  }

  private void reduce() {
    int before;
    do {
      before = kept.cardinality();
      reduceBlocks();
      dropIdleSwitches();
      reduceEvents("leaving out marks and trims, of", i -> blocks[i] == NONE);
      reduceEvents("leaving out operations on blocks, of", i -> blocks[i] != NONE);
    } while (kept.cardinality() < before);
  }

  private void reduceBlocks() {
    BitSet present = new BitSet(blockCount);
    kept.stream().filter(i -> blocks[i] != NONE).forEach(i -> present.set(blocks[i]));
    search(
        "leaving out blocks, of",
        present.stream().toArray(),
        left -> {
          BitSet wanted = of(left);
          return kept.stream().filter(i -> blocks[i] == NONE || wanted.get(blocks[i]));
        });
  }

  private void reduceEvents(String stage, IntPredicate isUnit) {
    int[] rest = kept.stream().filter(isUnit.negate()).toArray();
    search(
        stage,
        kept.stream().filter(isUnit).toArray(),
        left -> IntStream.concat(Arrays.stream(rest), Arrays.stream(left)));
  }

  private void search(String stage, int[] units, Function<int[], IntStream> part) {
    if (units.length > 0) {
      examination.begin(stage, units.length);
    }
    BitSet start = kept;
    new DeltaDebugging(
            left -> {
              if (left.length == units.length) {
                return true;
              }
              BitSet tried = new BitSet(start.length());
              part.apply(left).forEach(tried::set);
              return fails(tried, sizes);
            })
        .minimize(units);
  }

  /** Thousands of threads may be named one after the other now, and do nothing. */
  private void dropIdleSwitches() {
    BitSet tried = (BitSet) kept.clone();
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      int next = kept.nextSetBit(i + 1);
      if (events.op[i] == Op.THREAD && (next < 0 || events.op[next] == Op.THREAD)) {
        tried.clear(i);
      }
    }
    if (!tried.equals(kept)) {
      fails(tried, sizes);
    }
  }

  private void halveSizes() {
    examination.begin("halving sizes of", kept.cardinality());
    boolean smaller = true;
    while (smaller) {
      smaller = resize(kept.stream(), size -> size / 2);
    }
    for (int i : kept.stream().toArray()) {
      smaller = sizes[i] > 0 && requests(i);
      while (smaller) {
        smaller = resize(IntStream.of(i), size -> size / 2);
      }
    }
  }

  private boolean resize(IntStream which, LongUnaryOperator change) {
    long[] tried = sizes.clone();
    which.filter(this::requests).forEach(i -> tried[i] = change.applyAsLong(tried[i]));
    return !Arrays.equals(tried, sizes) && fails(kept, tried);
  }

  private boolean requests(int i) {
    return switch (events.op[i]) {
      case Op.MALLOC, Op.CALLOC, Op.REALLOC, Op.MEMALIGN -> true;
      default -> false;
    };
  }

  /** Tries a trace, and keeps it if it fails. */
  private boolean fails(BitSet tried, long[] triedSizes) {
    try {
      Traces.check(info.name(), sink -> put(tried, triedSizes, sink));
    } catch (TraceException invalid) {
      return false;
    }
    TraceInfo made = Traces.make(info.name(), sink -> put(tried, triedSizes, sink), candidate);
    boolean fails = examination.fails(candidate);
    if (fails) {
      kept = tried;
      sizes = triedSizes;
      examination.keep(candidate, made);
    }
    return fails;
  }

  private void put(BitSet which, long[] sizes, TraceSink sink) {
    sink.bindDeeply(info.features().deeplyBound());
    SiteNumbers sites = new SiteNumbers(callSites, sink);
    int[] slots = new int[info.slots()];
    Arrays.fill(slots, NONE);
    int next = 0;
    for (int i = which.nextSetBit(0); i >= 0; i = which.nextSetBit(i + 1)) {
      byte op = events.op[i];
      int slot = events.slot[i];
      sites.comeFrom(events.siteOf(i));
      if (blocks[i] != NONE) {
        // Each old slot has one new one for all its blocks, so that forked children agree on it.
        if (slots[slot] == NONE) {
          slots[slot] = next++;
        }
        sink.add(op, slots[slot], sizes[i], events.extra[i], i);
      } else {
        putOther(op, slot, sizes[i], i, sink);
      }
    }
  }

  private void putOther(byte op, int number, long size, int line, TraceSink sink) {
    switch (op) {
      case Op.PHASE -> sink.addPhase(info.phases().get(number), line);
      case Op.THREAD, Op.THREAD_EXIT, Op.FORK ->
          sink.addThread(op, info.threadIds().get(number), line);
      default -> sink.add(op, 0, size, 0, line);
    }
  }

  private static BitSet of(int[] members) {
    BitSet set = new BitSet();
    Arrays.stream(members).forEach(set::set);
    return set;
  }
}
