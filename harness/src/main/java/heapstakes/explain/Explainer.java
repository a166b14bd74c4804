package heapstakes.explain;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.os.Machine;
import heapstakes.replay.ReplayOptions;
import heapstakes.setting.SettingException;
import heapstakes.trace.CallSites;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Finds out what keeps memory from the kernel. The trace is replayed once to find the moment, once
 * up to there to look, and once more for each thing that is tried; all of it is deterministic.
 */
public final class Explainer {
  /** A block is sparse when it keeps at least so many times its size of empty memory. */
  public static final int SPARSE = 7;

  /** How long the program is silent, and then works a little, to see what time brings back. */
  public static final long SILENCE_NANOS = 60_000_000_000L;

  /** How many blocks come and go behind the silence, evenly: a purge waits for such ticks. */
  public static final int WORK = 2000;

  /** Bytes of each of those: more than threads' caches take, so that arenas see them. */
  public static final long WORK_BYTES = 64 << 10;

  private static final String UNKNOWN = "(not known)";

  private final Contestant contestant;
  private final Machine machine;
  private final Trace trace;
  private final ReplayOptions options;
  private final Consumer<String> steps;

  /**
   * @param machine simulated memory
   * @param steps told what begins
   * @throws SettingException when the contestant cannot run on simulated memory
   */
  public Explainer(
      Contestant contestant,
      Machine machine,
      Trace trace,
      ReplayOptions options,
      Consumer<String> steps) {
    this.contestant = contestant;
    this.machine = machine;
    this.trace = trace;
    this.options = options;
    this.steps = steps;
    if (!contestant.can(Capability.ANY_MEMORY)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a real library, whose heap nobody can walk.\n  Ask a model%s",
              contestant,
              twin()));
    }
  }

  private String twin() {
    return Allocators.all().stream()
        .filter(model ->
            model.reference().filter(r -> r.library().equals(contestant.allocator())).isPresent())
        .map(AllocatorProvider::name)
        .findFirst()
        .map(name -> ": its twin is " + name)
        .orElse("; 'heapstakes list allocators' names them");
  }

  /**
   * Looks at a moment.
   *
   * @param at {@link Moment#RETAINED}, {@link Moment#PEAK}, {@link Moment#END}, a phase mark of the
   *     trace (the first of that name), or how many operations have been carried out
   * @throws SettingException when there is no such moment, or states of pages are not known
   * @throws heapstakes.trace.TraceException when the trace asks for what this contestant or machine
   *     cannot do, or is damaged
   */
  public Explanation explain(String at) {
    TraceInfo info = trace.info();
    MomentFinder finder = new MomentFinder(at, info);
    Optional<String> ended;
    steps.accept("looking for the moment");
    try (BookedReplay replay = open()) {
      ended = replay.run(Long.MAX_VALUE, finder::look);
    }
    Moment moment = finder.moment(at);
    steps.accept("walking the heap");
    try (BookedReplay replay = openAt(moment)) {
      HeapSnapshot heap = HeapSnapshot.of(replay);
      PageTally tally = PageTally.of(heap);
      Upkeep upkeep = Upkeep.of(heap, tally);
      List<BreakPin> pins = BreakPin.of(heap, tally);
      List<Integer> sparse = sparse(upkeep);
      return new Explanation(
          contestant,
          info,
          trace.callSites(),
          moment,
          finder.peakResident(),
          ended,
          heap,
          tally,
          ContentShare.of(heap, tally),
          pins,
          PageClass.of(tally),
          RunClass.of(heap, tally),
          Math.round(upkeep.total()),
          sparse.size(),
          sparse.stream().mapToLong(i -> heap.blocks().get(i).size()).sum(),
          Math.round(sparse.stream().mapToDouble(upkeep::held).sum()),
          experiments(replay, moment, pins, sparse),
          groups(moment, upkeep));
    }
  }

  /**
   * Single changes of settings, and what was resident at the same moment, least first; without
   * those under which the replay did not come so far.
   *
   * @param found at that moment, by {@link #explain}
   * @param budget most replays
   */
  public List<SettingTrial> trySettings(Explanation found, int budget) {
    List<Contestant> changes = new ArrayList<>();
    contestant
        .provider()
        .worthTrying()
        .forEach(
            (key, values) -> values.forEach(value -> changes.add(contestant.with(key, value))));
    List<SettingTrial> trials = new ArrayList<>();
    for (Contestant changed : changes.subList(0, Math.min(budget, changes.size()))) {
      steps.accept("trying " + changed.settings());
      try (BookedReplay replay = new BookedReplay(changed, machine, trace, options)) {
        Optional<String> ended = replay.run(found.moment().events(), done -> {});
        if (ended.isEmpty()) {
          trials.add(new SettingTrial(changed, replay.resident()));
        }
      }
    }
    trials.sort(Comparator.comparingLong(SettingTrial::resident));
    return trials;
  }

  private BookedReplay open() {
    return new BookedReplay(contestant, machine, trace, options);
  }

  private BookedReplay openAt(Moment moment) {
    BookedReplay replay = open();
    replay.run(moment.events(), done -> {});
    return replay;
  }

  private static List<Integer> sparse(Upkeep upkeep) {
    List<HeldBlock> blocks = upkeep.blocks();
    return IntStream.range(0, blocks.size())
        .filter(i -> upkeep.held(i) >= (double) SPARSE * Math.max(1, blocks.get(i).size()))
        .boxed()
        .toList();
  }

  /**
   * @param replay stands at the moment; the first experiment is made on it
   */
  private List<Experiment> experiments(
      BookedReplay replay, Moment moment, List<BreakPin> pins, List<Integer> sparse) {
    List<HeldBlock> blocks = replay.blocks();
    List<Experiment> experiments = new ArrayList<>();
    steps.accept("trying to trim");
    experiments.add(tryOut(Experiment.Kind.TRIM, replay, List.of()));
    steps.accept("trying to wait");
    experiments.add(waitAt(moment));
    pins.stream()
        .filter(BreakPin::isBreak)
        .flatMap(pin -> pin.block().stream())
        .findFirst()
        .ifPresent(block -> {
          steps.accept("trying to free what is under top");
          experiments.add(tryOut(Experiment.Kind.PIN, moment, List.of(block)));
        });
    if (!sparse.isEmpty()) {
      steps.accept("trying to free sparse blocks");
      List<HeldBlock> freed = sparse.stream().map(blocks::get).toList();
      experiments.add(tryOut(Experiment.Kind.SPARSE, moment, freed));
    }
    return experiments;
  }

  private Experiment tryOut(Experiment.Kind kind, Moment moment, List<HeldBlock> freed) {
    try (BookedReplay replay = openAt(moment)) {
      return tryOut(kind, replay, freed);
    }
  }

  private Experiment waitAt(Moment moment) {
    try (BookedReplay replay = openAt(moment)) {
      long before = replay.resident();
      long programBreak = replay.process().space().programBreak();
      replay.idle(SILENCE_NANOS);
      long between = replay.resident();
      replay.work(WORK, WORK_BYTES, SILENCE_NANOS / WORK);
      return new Experiment(
          Experiment.Kind.WAIT,
          0,
          0,
          before - between,
          between - replay.resident(),
          programBreak - replay.process().space().programBreak());
    }
  }

  private static Experiment tryOut(
      Experiment.Kind kind, BookedReplay replay, List<HeldBlock> freed) {
    long before = replay.resident();
    long programBreak = replay.process().space().programBreak();
    replay.free(freed);
    long between = replay.resident();
    replay.trim();
    return new Experiment(
        kind,
        freed.size(),
        freed.stream().mapToLong(HeldBlock::size).sum(),
        before - between,
        between - replay.resident(),
        programBreak - replay.process().space().programBreak());
  }

  private List<BlockGroup> groups(Moment moment, Upkeep upkeep) {
    TraceInfo info = trace.info();
    CallSites sites = trace.callSites();
    List<BlockGroup> groups = new ArrayList<>();
    if (sites.count() > 0) {
      groups.addAll(
          BlockGroup.of(
              "call site",
              upkeep,
              block -> block.site() == 0 ? UNKNOWN : Explanation.path(sites, block.site())));
    }
    groups.addAll(BlockGroup.of("size", upkeep, block -> Ranges.size(block.size())));
    groups.addAll(
        BlockGroup.of("age", upkeep, block -> Ranges.age(moment.operations() - block.operation())));
    if (!info.phases().isEmpty()) {
      groups.addAll(
          BlockGroup.of(
              "mark",
              upkeep,
              block -> block.mark() < 0 ? "(before any)" : info.phases().get(block.mark())));
    }
    if (info.threads() > 1) {
      groups.addAll(BlockGroup.of("thread", upkeep, block -> String.valueOf(block.thread())));
    }
    return groups;
  }
}
