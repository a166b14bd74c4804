package heapstakes.cli;

import static heapstakes.results.table.Units.bytes;
import static heapstakes.results.table.Units.count;

import heapstakes.explain.BreakPin;
import heapstakes.explain.Experiment;
import heapstakes.explain.Explainer;
import heapstakes.explain.Explanation;
import heapstakes.explain.HeapSnapshot;
import heapstakes.explain.HeldBlock;
import heapstakes.explain.PageClass;
import heapstakes.explain.RunClass;
import heapstakes.results.table.Units;
import heapstakes.setting.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What was found out and tried, in sentences. */
final class ExplainSentences {
  private static final int MOST_PINS = 4;

  /** Of resident memory: less is not worth a sentence. */
  private static final double LEAST_SHARE = 0.01;

  /** What {@code trim} is in each library. */
  private static final Map<String, String> TRIM =
      Map.of(
          "ptmalloc2", "malloc_trim(0)",
          "tcmalloc", "ReleaseFreeMemory()",
          "jemalloc", "a purge of all arenas",
          "mimalloc", "mi_collect(true)");

  private final Explanation explanation;
  private final HeapSnapshot heap;
  private final String trim;

  ExplainSentences(Explanation explanation) {
    this.explanation = explanation;
    this.heap = explanation.heap();
    this.trim = TRIM.getOrDefault(explanation.contestant().provider().name(), "a trim");
  }

  /** Each a paragraph. */
  List<String> all() {
    List<String> sentences = new ArrayList<>();
    sentences.add(moment());
    explanation.ended().ifPresent(why -> sentences.add("The replay did not reach its end: " + why));
    sentences.add(figures());
    sentences.add(where());
    pins(sentences);
    if (!explanation.runs().isEmpty()) {
      sentences.add(runs());
    }
    explanation.tried(Experiment.Kind.PIN).ifPresent(tried -> sentences.add(pinTried(tried)));
    explanation.tried(Experiment.Kind.TRIM).ifPresent(tried -> sentences.add(trimTried(tried)));
    explanation.tried(Experiment.Kind.WAIT).ifPresent(tried -> sentences.add(waited(tried)));
    explanation
        .tried(Experiment.Kind.SPARSE)
        .filter(tried -> explanation.sparseHeldBytes() >= LEAST_SHARE * heap.resident())
        .ifPresent(tried -> sentences.add(sparse(tried)));
    return sentences;
  }

  private String runs() {
    List<RunClass> runs = explanation.runs();
    String name = runs.getFirst().name() + "s";
    String unused =
        text(
            "Of %s %s %s have no live block",
            count(runs.stream().mapToLong(RunClass::runs).sum()),
            name,
            count(runs.stream().mapToLong(RunClass::unusedRuns).sum()));
    long sparse = runs.stream().mapToLong(RunClass::sparseRuns).sum();
    return sparse == 0
        ? unused + "."
        : text(
            "%s, and %s more are at most half live: %s are empty there, and cannot go while one"
                + " block lives.",
            unused,
            count(sparse),
            bytes(runs.stream().mapToLong(RunClass::sparseEmptyBytes).sum()));
  }

  /** The break, and those ends of threads' heaps that matter. */
  private void pins(List<String> sentences) {
    List<BreakPin> telling =
        explanation.pins().stream()
            .filter(pin -> pin.isBreak() || pin.emptyBytes() >= LEAST_SHARE * heap.resident())
            .toList();
    telling.stream().limit(MOST_PINS).forEach(pin -> sentences.add(pin(pin)));
    int others = explanation.pins().size() - Math.min(MOST_PINS, telling.size());
    if (others > 0) {
      sentences.add(text("%d more heap%s, with less in.", others, others == 1 ? "" : "s"));
    }
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private String moment() {
    String meaning = explanation.moment().meaning();
    return text(
        "After operation %s of %s%s.",
        count(explanation.moment().operations()),
        count(explanation.trace().operations()),
        meaning.isEmpty() ? "" : ": " + meaning);
  }

  private String figures() {
    String held =
        heap.blocks().isEmpty()
            ? "holds nothing"
            : text("holds %s, %s", blocks(heap.blocks().size()), bytes(heap.requested()));
    return text(
        "%s are resident (%s at the peak). The program %s, so that %s%s.",
        bytes(heap.resident()),
        bytes(explanation.peakResident()),
        held,
        explanation.retained() >= 0
            ? bytes(explanation.retained()) + " are retained"
            : "nothing is retained: it has not touched all of that",
        heap.lazyFree() > 0
            ? ", " + bytes(heap.lazyFree()) + " of it lazily freed: the kernel may take it"
            : "");
  }

  private static String blocks(long number) {
    return count(number) + (number == 1 ? " block" : " blocks");
  }

  private String where() {
    long unused = 0;
    long partly = 0;
    long pages = 0;
    for (PageClass some : explanation.pages()) {
      if (some.isUnused()) {
        unused += some.emptyBytes();
      } else if (!some.isFull()) {
        partly += some.emptyBytes();
        pages += some.pages();
      }
    }
    if (pages == 0) {
      return text("%s are pages without a live byte.", bytes(unused));
    }
    return text(
        "%s are pages without a live byte; %s are empty parts of %s partly used page%s, which"
            + " cannot go while a block in them lives.",
        bytes(unused), bytes(partly), count(pages), pages == 1 ? "" : "s");
  }

  private String pin(BreakPin pin) {
    return text(
        "%s cannot fall below 0x%x, %s above its start: %s stands directly under top. Beneath it"
            + " %s are resident and not in use, between %s in use and %s in caches.%s",
        pin.isBreak() ? "The break" : text("The end of the thread's heap at 0x%x", pin.start()),
        pin.top(),
        bytes(pin.top() - (pin.isBreak() ? heap.initialBreak() : pin.start())),
        pin.block().map(this::block).orElseGet(() -> holder(pin)),
        bytes(pin.emptyBytes()),
        blocks(pin.liveBlocks()),
        count(pin.cachedBlocks()),
        steps(pin));
  }

  private String block(HeldBlock block) {
    return text(
        "the block of %s B that operation %s allocated (slot %d, thread %d%s)%s, still live,",
        count(block.size()),
        count(block.operation()),
        block.slot(),
        block.thread(),
        block.mark() < 0
            ? ""
            : ", after the mark '" + explanation.trace().phases().get(block.mark()) + "'",
        block.site() == 0 ? "" : " at " + Printable.line(explanation.site(block)));
  }

  private static String holder(BreakPin pin) {
    String what = text("a %s of %s B", pin.below().name(), count(pin.below().bytes()));
    return switch (pin.below().kind()) {
      case CACHED -> what + ", which the program has freed and a cache keeps,";
      case RECORDS -> text("the allocator's own record, %s,", what);
      default -> what + " that the library took for itself";
    };
  }

  private static String steps(BreakPin pin) {
    String all =
        pin.steps().stream()
            .map(step -> text("%s → %s", count(step.blocks()), bytes(step.bytes())))
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : " Blocks freed from there downwards would open: " + all + ".";
  }

  private String pinTried(Experiment tried) {
    return text(
        "Tried: freed alone at that moment, it lets %s go at once, %s with %s after it; the break"
            + " falls by %s.",
        bytes(tried.returnedAtOnce()), bytes(tried.returned()), trim, bytes(tried.breakFell()));
  }

  private String trimTried(Experiment tried) {
    return tried.returned() <= 0
        ? text("Tried: %s, with nothing freed, returns nothing.", trim)
        : text(
            "Tried: %s, with nothing freed, returns %s, %s of what is retained.",
            trim, bytes(tried.returned()), percent(tried.returned(), explanation.retained()));
  }

  private static String waited(Experiment tried) {
    return text(
        "Tried: %s of silence return %s, and as long with a little work (%s blocks of %s, each freed"
            + " at once) %s.",
        Units.nanos(Explainer.SILENCE_NANOS),
        amount(tried.returnedAtOnce()),
        count(Explainer.WORK),
        bytes(Explainer.WORK_BYTES),
        amount(tried.returnedThen()));
  }

  /** What comes back; memory that the work itself takes is none. */
  private static String amount(long returned) {
    return returned <= 0 ? "nothing" : bytes(returned);
  }

  private static String percent(long part, long all) {
    return all <= 0 ? "all" : text("%.0f %%", 100.0 * part / all);
  }

  private String sparse(Experiment tried) {
    long without = explanation.tried(Experiment.Kind.TRIM).map(Experiment::returned).orElse(0L);
    return text(
        "%s, %s in all, keep %s: each at least %d times its own size. Tried: freed together they"
            + " let %s go at once, and with %s %s, %s more than that returns alone.",
        blocks(tried.blocks()),
        bytes(tried.bytes()),
        bytes(explanation.sparseHeldBytes()),
        Explainer.SPARSE,
        bytes(tried.returnedAtOnce()),
        trim,
        bytes(tried.returned()),
        bytes(Math.max(0, tried.returned() - without)));
  }
}
