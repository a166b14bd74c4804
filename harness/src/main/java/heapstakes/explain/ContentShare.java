package heapstakes.explain;

import heapstakes.allocator.Holding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Part of resident memory. All of a heap sum up to what is resident.
 *
 * @param content what it is used for
 * @param name what the library calls the memory that it is; empty where that says nothing
 * @param bytes resident
 */
public record ContentShare(Content content, String name, long bytes) {

  /** Of a heap, those that there are. */
  static List<ContentShare> of(HeapSnapshot heap, PageTally tally) {
    Map<Content, Map<String, Long>> named = new EnumMap<>(Content.class);
    for (Holding holding : heap.holdings()) {
      Content content = content(holding.kind());
      if (content != Content.OTHER) {
        named
            .computeIfAbsent(content, c -> new LinkedHashMap<>())
            .merge(holding.name(), tally.resident(holding.address(), holding.end()), Long::sum);
      }
    }
    List<ContentShare> shares = new ArrayList<>();
    for (Content content : Content.values()) {
      Map<String, Long> names = named.getOrDefault(content, Map.of());
      if (content == Content.RUN || names.isEmpty()) {
        shares.add(
            new ContentShare(content, String.join(", ", names.keySet()), tally.bytes(content)));
      } else {
        names.forEach((name, bytes) -> shares.add(new ContentShare(content, name, bytes)));
      }
    }
    shares.removeIf(share -> share.bytes() == 0);
    return shares;
  }

  private static Content content(Holding.Kind kind) {
    return switch (kind) {
      case RUN -> Content.RUN;
      case CACHED -> Content.CACHED;
      case FREE, RELEASED -> Content.FREE;
      case TOP -> Content.TOP;
      case BLOCK, RECORDS -> Content.OTHER;
    };
  }
}
