package heapstakes.model.openbsd;

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

/** The malloc of OpenBSD: regions known beside the memory, and chance in everything. */
public final class OpenBsdProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "openbsd";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("OpenBSD malloc.c 1.299", "mapped regions, a small cache, all at random");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.integer(
            "cache", "64", 0, 256, "freed regions kept; < and > halve, double it, S is 0"),
        Setting.integer("pools", "8", 2, 32, "pools, the first for conceal; - and + halve, double"),
        Setting.choice(
            "junk", List.of("1", "0", "2"), "bytes overwritten: some of freed, none (j), all (J)"),
        Setting.flag("G", false, "whether a page without access follows each region"),
        Setting.flag("U", false, "whether regions in the cache have no access"),
        Setting.integer("seed", "1", 0, Long.MAX_VALUE, "of all that is left to chance"));
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("cache", List.of("0", "16", "256"));
    values.put("junk", List.of("0"));
    return values;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new OpenBsdHeap(
        space,
        new MallocOptions(
            (int) settings.number("cache"),
            (int) settings.number("pools"),
            Integer.parseInt(settings.text("junk")),
            settings.flag("G"),
            settings.flag("U"),
            settings.number("seed")));
  }
}
