package heapstakes.model.chorus;

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

/** The malloc of ChorusOS 4.0: what is freed is looked at by the next call. */
public final class ChorusProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "chorus";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("ChorusOS 4.0", "regions; a free is put off to the next call");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS, Capability.TRIMS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.size("region", "64K", 4096, 1L << 30, "least bytes of a region, whole pages"),
        Setting.flag("deferred_free", true, "whether what is freed waits for the next call"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("region", List.of("4K", "1M"));
    values.put("deferred_free", List.of("false"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new ChorusHeap(space, settings.number("region"), settings.flag("deferred_free"));
  }
}
