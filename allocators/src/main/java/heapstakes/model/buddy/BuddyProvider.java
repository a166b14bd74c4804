package heapstakes.model.buddy;

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

/** The binary buddy system. */
public final class BuddyProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "buddy";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("Knuth 2.5", "binary buddies in zones; a zone that is free goes back");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.integer("lg_zone", "22", 13, 40, "log2 of the bytes of a zone: 4 MiB"),
        Setting.flag("release", true, "whether a zone that is wholly free is unmapped"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("lg_zone", List.of("16", "20", "26"));
    values.put("release", List.of("false"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new BuddyHeap(space, (int) settings.number("lg_zone"), settings.flag("release"));
  }
}
