package heapstakes.model.textbook;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** First, next, best and worst fit with boundary tags, as textbooks have them. */
public final class TextbookProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "textbook";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("Knuth 2.5", "boundary tags, one free list: first, next, best, worst fit");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.choice(
            "fit",
            List.of("first", "next", "best", "worst"),
            "which free block serves a request: the first that fits, the first after the last one"
                + " taken, the smallest, the largest"),
        Setting.choice(
            "order",
            List.of("lifo", "address"),
            "of the free list: last freed first, or by address"),
        // 132 KiB: by how much glibc moves the break for a small request.
        Setting.size("step", "132K", 4096, 1L << 30, "bytes by which the break moves up"),
        Setting.size(
            "trim_threshold",
            "0",
            0,
            1L << 40,
            "free bytes at the top from which on the break is lowered; 0: never"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("fit", List.of("next", "best", "worst"));
    values.put("order", List.of("address"));
    values.put("trim_threshold", List.of("64K", "1M"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new TextbookHeap(space, settings);
  }
}
