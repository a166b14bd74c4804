package heapstakes.model.vam;

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

/** Vam: gives up each page as soon as it is empty. */
public final class VamProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "vam";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("Feng and Berger 2005", "reaps of one size; empty pages go back at once");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.choice(
            "discard",
            List.of("dontneed", "free", "none"),
            "what is done with an empty page: MADV_DONTNEED, MADV_FREE or nothing"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("discard", List.of("free", "none"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new VamHeap(space, settings.text("discard"));
  }
}
