package heapstakes.model.mimalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.allocator.Versions;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.allocator.options.MimallocOptions;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Twin of mimalloc 2, {@code libmimalloc.so.2.0}. */
public final class MimallocProvider implements AllocatorProvider {
  private static final String VERSION = "2.0.9";

  @Override
  public String name() {
    return "mimalloc";
  }

  @Override
  public List<String> versions() {
    return List.of(VERSION);
  }

  @Override
  public AllocatorProvider at(String number) {
    Versions.find(name(), versions(), version -> version, number);
    return this;
  }

  @Override
  public Lineage lineage() {
    return new Lineage("mimalloc " + VERSION, "libmimalloc: a free list in each page, segments");
  }

  @Override
  public Set<Capability> capabilities() {
    return Capability.OF_TWINS;
  }

  @Override
  public List<Setting> settings() {
    return MimallocOptions.MODELLED.settings();
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("decommit_delay", List.of("0", "1000"));
    values.put("segment_decommit_delay", List.of("0"));
    values.put("page_reset", List.of("true"));
    values.put("allow_decommit", List.of("false"));
    values.put("eager_commit", List.of("false"));
    values.put("eager_commit_delay", List.of("4"));
    values.put("abandoned_page_decommit", List.of("true"));
    return values;
  }

  @Override
  public LibraryOptions options() {
    return MimallocOptions.MODELLED;
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(new Reference("native-mimalloc", lineage().version()));
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new Mimalloc(space, MimallocSettings.of(settings));
  }
}
