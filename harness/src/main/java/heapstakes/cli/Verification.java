package heapstakes.cli;

import heapstakes.driver.DriverException;
import heapstakes.fidelity.Agreement;
import heapstakes.fidelity.ComparisonException;
import heapstakes.fidelity.Counterpart;
import heapstakes.fidelity.PairSpec;
import heapstakes.fidelity.TwinCheck;
import heapstakes.pool.PoolLimits;
import heapstakes.pool.SharedTraces;
import heapstakes.pool.Work;
import heapstakes.pool.WorkPool;
import heapstakes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What {@code verify} is to compare, and in which order it tells of that. Pairs are compared
 * several at a time: each library has a process of its own, and threads of a trace take turns.
 */
final class Verification {
  private final VerifyOutput output;
  private final Consumer<ComparisonException> onFault;
  private final PoolLimits limits;
  private final SharedTraces traces;
  private boolean hugePages;
  private int failedTwins;
  private final List<Step> steps = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();

  /** Tells one thing, for which it may have to wait; whether it is as it should be. */
  private interface Step {
    boolean tell(WorkPool.Results<Result> results) throws InterruptedException;
  }

  /**
   * @param onFault is told why a comparison came to no result
   */
  Verification(VerifyOutput output, Consumer<ComparisonException> onFault, PoolLimits limits) {
    this.output = output;
    this.onFault = onFault;
    this.limits = limits;
    this.traces = new SharedTraces(limits);
  }

  /** All that is added from now on has huge pages, on both sides. */
  void useHugePages() {
    hugePages = true;
  }

  /**
   * A trace, and the words that it was opened by.
   *
   * @param words a workload or a file
   */
  record Named(String words, Trace trace) {}

  /** A twin that is compared with nothing. */
  void skip(String twin, String reason) {
    steps.add(results -> {
      output.skippedTwin(twin, reason);
      return true;
    });
  }

  /**
   * A twin with all that it is compared on.
   *
   * @param refused numbers of the calls that are refused in turn; 0 for none
   */
  void add(Counterpart.Library library, List<Named> all, long[] refused) {
    try {
      library.requireRunnable();
    } catch (DriverException e) {
      failedTwins++;
      steps.add(results -> {
        output.failedTwin(library.model().toString(), String.valueOf(e.getMessage()));
        return false;
      });
      return;
    }
    steps.add(results -> {
      output.begin(library);
      return true;
    });
    for (Named named : all) {
      Optional<String> obstacle = TwinCheck.obstacle(named.trace.info());
      if (obstacle.isPresent()) {
        steps.add(results -> {
          output.skippedTrace(named.trace.info().name(), obstacle.get());
          return true;
        });
        continue;
      }
      for (long call : refused) {
        traces.expect(named.words);
        PairSpec pair = PairSpec.of(library, named.words, call);
        pairs.add(new Pair(hugePages ? pair.withHugePages() : pair, named, traces));
        steps.add(results -> tell(results.next()));
      }
    }
  }

  private boolean tell(Result result) {
    return switch (result) {
      case Result.Compared(Agreement agreement) -> {
        output.trace(agreement);
        yield agreement.holds();
      }
      case Result.Failed(ComparisonException fault) -> {
        output.failedTrace(fault.trace(), String.valueOf(fault.getMessage()));
        onFault.accept(fault);
        yield false;
      }
    };
  }

  /**
   * Whether anything is to be compared, or was found to be impossible to; else all was skipped, and
   * what {@link #run} answers says nothing of any twin.
   */
  boolean hasWork() {
    return !pairs.isEmpty() || failedTwins > 0;
  }

  /**
   * Compares everything.
   *
   * @return whether all twins are twins on what they were compared on
   */
  boolean run() throws InterruptedException {
    boolean holds = true;
    try (WorkPool.Results<Result> results = new WorkPool(limits).begin(pairs)) {
      for (Step step : steps) {
        holds &= step.tell(results);
      }
    }
    return holds;
  }

  private sealed interface Result {
    record Compared(Agreement agreement) implements Result {}

    record Failed(ComparisonException fault) implements Result {}
  }

  private record Pair(PairSpec spec, Named named, SharedTraces traces) implements Work<Result> {
    /** Of the twin, and as many of the library. */
    @Override
    public long bytes() {
      return 2 * traces.replayBytes(named.trace.info());
    }

    @Override
    public Result carryOut() throws InterruptedException {
      try {
        return new Result.Compared(TwinCheck.run(spec, traces.of(named.words, named.trace)));
      } catch (ComparisonException e) {
        return new Result.Failed(e);
      } finally {
        traces.done(named.words);
      }
    }
  }
}
