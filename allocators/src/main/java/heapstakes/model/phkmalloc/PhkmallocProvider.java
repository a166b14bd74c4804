package heapstakes.model.phkmalloc;

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

/** The malloc of FreeBSD 2.2 to 6: pages in a directory, chunks of powers of two. */
public final class PhkmallocProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "phkmalloc";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("FreeBSD malloc.c 1.89", "pages in a directory, chunks of powers of two");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.integer(
            "cache", "16", 1, 1 << 20, "free pages that stay at the top; < and > halve, double it"),
        Setting.flag("H", false, "whether each freed run of pages gets MADV_FREE"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("cache", List.of("1", "256"));
    values.put("H", List.of("true"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new PhkHeap(space, settings.number("cache"), settings.flag("H"));
  }
}
