package heapstakes.cli;

import heapstakes.explain.BlockGroup;
import heapstakes.explain.BreakPin;
import heapstakes.explain.ContentShare;
import heapstakes.explain.Experiment;
import heapstakes.explain.Explanation;
import heapstakes.explain.HeapSnapshot;
import heapstakes.explain.HeldBlock;
import heapstakes.explain.SettingTrial;
import heapstakes.results.csv.CsvRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why memory is where it is, for programs. */
final class ExplainData {
  private final Explanation explanation;
  private final List<SettingTrial> settings;

  /**
   * @param settings that were tried, best first
   */
  ExplainData(Explanation explanation, List<SettingTrial> settings) {
    this.explanation = explanation;
    this.settings = settings;
  }

  /** A row a group of live blocks. */
  String csv() {
    StringBuilder out = new StringBuilder();
    try {
      CsvRows.header(out, List.of("by", "group", "blocks", "bytes", "held_bytes", "alone_bytes"));
      for (BlockGroup group : explanation.groups()) {
        CsvRows.row(
            out,
            List.of(
                group.by(),
                group.name(),
                String.valueOf(group.blocks()),
                String.valueOf(group.bytes()),
                String.valueOf(group.heldBytes()),
                String.valueOf(group.aloneBytes())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  /** All there is, in bytes. */
  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("contestant", explanation.contestant().toString());
    root.put("trace", explanation.trace().name());
    root.put("operations", explanation.trace().operations());
    root.put("moment", explanation.moment());
    explanation.ended().ifPresent(why -> root.put("ended", why));
    root.put("memory", memory());
    root.put("pins", explanation.pins().stream().map(this::pin).toList());
    root.put("pages", explanation.pages());
    root.put("runs", explanation.runs());
    root.put("held_bytes", explanation.heldBytes());
    root.put("sparse_blocks", explanation.sparseBlocks());
    root.put("sparse_bytes", explanation.sparseBytes());
    root.put("sparse_held_bytes", explanation.sparseHeldBytes());
    root.put(
        "experiments", explanation.experiments().stream().map(ExplainData::experiment).toList());
    root.put("groups", explanation.groups());
    root.put("settings", settings.stream().map(ExplainData::setting).toList());
    return Json.text(root);
  }

  private Map<String, Object> memory() {
    HeapSnapshot heap = explanation.heap();
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("peak_resident", explanation.peakResident());
    memory.put("resident", heap.resident());
    memory.put("lazy_free", heap.lazyFree());
    memory.put("requested", heap.requested());
    memory.put("retained", explanation.retained());
    memory.put("live_blocks", heap.blocks().size());
    memory.put("initial_break", heap.initialBreak());
    memory.put("program_break", heap.programBreak());
    memory.put("contents", explanation.contents().stream().map(ExplainData::share).toList());
    return memory;
  }

  private static Map<String, Object> setting(SettingTrial trial) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("contestant", trial.contestant().toString());
    fields.put("resident", trial.resident());
    return fields;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> share(ContentShare share) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("content", word(share.content()));
    fields.put("name", share.name());
    fields.put("bytes", share.bytes());
    return fields;
  }

  private static Map<String, Object> experiment(Experiment experiment) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", word(experiment.kind()));
    fields.put("blocks", experiment.blocks());
    fields.put("bytes", experiment.bytes());
    fields.put("returned_at_once", experiment.returnedAtOnce());
    fields.put("returned_then", experiment.returnedThen());
    fields.put("break_fell", experiment.breakFell());
    return fields;
  }

  private Map<String, Object> pin(BreakPin pin) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("is_break", pin.isBreak());
    fields.put("start", pin.start());
    fields.put("top", pin.top());
    fields.put("below", word(pin.below().kind()));
    fields.put("below_name", pin.below().name());
    fields.put("below_bytes", pin.below().bytes());
    pin.block().ifPresent(block -> fields.put("block", block(block)));
    fields.put("empty_bytes", pin.emptyBytes());
    fields.put("live_blocks", pin.liveBlocks());
    fields.put("cached_blocks", pin.cachedBlocks());
    fields.put("steps", pin.steps());
    return fields;
  }

  private Map<String, Object> block(HeldBlock block) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("slot", block.slot());
    fields.put("address", block.address());
    fields.put("size", block.size());
    fields.put("usable", block.usable());
    fields.put("operation", block.operation());
    fields.put("thread", block.thread());
    if (block.site() != 0) {
      fields.put("call_site", explanation.site(block));
    }
    return fields;
  }
}
