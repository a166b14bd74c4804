package heapstakes.trace.format;

import heapstakes.trace.CallSites;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Limits;
import heapstakes.trace.Op;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.TraceValidator;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes the events of an import, gives threads and phases their dense numbers, validates, and hands
 * the events on in batches.
 */
public final class TraceSink {
  private final String name;
  private final Symbols symbols = new Symbols();
  private final TraceValidator validator;
  private final Consumer<EventBatch> target;
  private final Limits limits;
  private final EventBatch batch = new EventBatch();
  private final long[] lines = new long[EventBatch.CAPACITY];
  private final TraceValidator.Place place = new LinePlace();
  private final Map<String, Long> notes = new LinkedHashMap<>();
  private final CallSites.Builder callSites;
  private boolean hasThread;
  private int currentSite;
  private int deeplyBound;

  /**
   * @param name of the trace, for errors
   * @param target takes every full batch, and the last one
   */
  public TraceSink(String name, Limits limits, Consumer<EventBatch> target) {
    this.name = name;
    this.limits = limits;
    this.target = target;
    validator = new TraceValidator(limits);
    callSites = new CallSites.Builder(limits);
  }

  /**
   * Appends an event; columns as in {@link EventBatch}.
   *
   * @param line where it comes from, for messages
   */
  public void add(byte op, int slot, long size, long extra, long line) {
    hasThread |= op != Op.CLOCK && op != Op.PHASE;
    lines[batch.to] = line;
    if (batch.site.length > 0) {
      batch.site[batch.to] = Op.isOperation(op) || op == Op.BREAK ? currentSite : 0;
    }
    batch.add(op, slot, size, extra);
    if (batch.to == EventBatch.CAPACITY) {
      flush();
    }
  }

  /**
   * Appends {@code THREAD}, {@code THREAD_EXIT} or {@code FORK} of the thread called {@code id}.
   */
  public void addThread(byte op, int id, long line) {
    if (symbols.isThreadless() && (hasThread || op != Op.THREAD)) {
      // Whatever came before ran on a thread that nobody named.
      symbols.thread(0);
    }
    add(op, symbols.thread(id), 0, 0, line);
  }

  /** Whether a thread called {@code id} was named. */
  public boolean isKnownThread(int id) {
    return symbols.isKnownThread(id);
  }

  /** Appends a phase mark. */
  public void addPhase(String phase, long line) {
    if (phase.isEmpty() || phase.length() > 200) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, line %d: the name of a phase has 1 to 200 characters, this one has %d. Shorten it.",
              name,
              line,
              phase.length()));
    }
    int number = symbols.phase(phase);
    if (number >= limits.maxPhases()) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, line %d: one phase name too many. %s",
              name,
              line,
              Limits.raise("maxPhases", limits.maxPhases())));
    }
    add(Op.PHASE, number, 0, 0, line);
  }

  /** Counts something that the user should hear of, by {@code count}. */
  public void note(String what, long count) {
    notes.merge(what, count, Long::sum);
  }

  /**
   * A place in the program's code, as in {@link CallSites.Builder#site}.
   *
   * @return its number in this trace
   * @throws IllegalArgumentException as there
   */
  public int site(int caller, String label) {
    return callSites.site(caller, label);
  }

  /**
   * The operations that follow came from {@code site}, or from nowhere that is known if that is 0.
   *
   * @throws IllegalArgumentException when there is no such site
   */
  public void comeFrom(int site) {
    if (site < 0 || site > callSites.count()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there is no call site %d; there are %d so far.",
              site,
              callSites.count()));
    }
    if (batch.site.length == 0 && site != 0) {
      batch.site = new int[EventBatch.CAPACITY];
    }
    currentSite = site;
  }

  /** Whether a site was named. */
  public boolean hasCallSites() {
    return callSites.count() > 0;
  }

  /** The sites that were named so far. */
  public CallSites callSites() {
    return callSites.build();
  }

  /** The recorded program loaded so many libraries with RTLD_DEEPBIND. */
  public void bindDeeply(long libraries) {
    deeplyBound = (int) Math.min(libraries, Integer.MAX_VALUE);
  }

  /** As in {@link heapstakes.trace.TraceInfo.Features}. */
  public int deeplyBound() {
    return deeplyBound;
  }

  /** What was noted, in order of first appearance. */
  public Map<String, Long> notes() {
    return Collections.unmodifiableMap(notes);
  }

  /** Hands on what is left, and counts. */
  public TraceSummary finish() {
    flush();
    TraceSummary summary = validator.summary();
    if (summary.operations() == 0) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s holds no operation: nothing can be replayed. Is it the right file?",
              name));
    }
    return summary;
  }

  /** Numbers of the threads, phases and children that were named so far. */
  public Symbols symbols() {
    return symbols;
  }

  private void flush() {
    validator.accept(batch, place);
    target.accept(batch);
    batch.clear();
  }

  private final class LinePlace implements TraceValidator.Place {
    @Override
    public String at(int index) {
      return String.format(Locale.ROOT, "%s, line %d", name, lines[index]);
    }

    @Override
    public int threadId(int number) {
      return symbols.threadIds().get(number);
    }
  }
}
