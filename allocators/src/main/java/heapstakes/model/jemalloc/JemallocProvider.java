package heapstakes.model.jemalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.allocator.VersionRule;
import heapstakes.allocator.options.JemallocOptions;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Twin of jemalloc, {@code libjemalloc.so.2} as Debian builds it. */
public final class JemallocProvider implements AllocatorProvider {
  private final JemallocVersion version;

  /** Of the version that the bare name means. */
  public JemallocProvider() {
    this(JemallocVersion.ALL.getFirst());
  }

  private JemallocProvider(JemallocVersion version) {
    this.version = version;
  }

  @Override
  public String name() {
    return "jemalloc";
  }

  @Override
  public List<String> versions() {
    return JemallocVersion.ALL.stream().map(JemallocVersion::number).toList();
  }

  @Override
  public AllocatorProvider at(String number) {
    return new JemallocProvider(JemallocVersion.of(number));
  }

  @Override
  public List<VersionRule> rules(AllocatorProvider other) {
    return JemallocRule.between(version, ((JemallocProvider) other).version);
  }

  @Override
  public AllocatorProvider with(AllocatorProvider other, Set<String> keys) {
    return new JemallocProvider(
        version.with(((JemallocProvider) other).version, JemallocRule.of(keys)));
  }

  @Override
  public Lineage lineage() {
    return new Lineage(version.library(), "libjemalloc.so.2: arenas, slabs, decay");
  }

  @Override
  public Set<Capability> capabilities() {
    return Capability.OF_TWINS;
  }

  @Override
  public List<Setting> settings() {
    return JemallocSettings.list(version);
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("dirty_decay_ms", List.of("0", "1000", "-1"));
    values.put("muzzy_decay_ms", List.of("1000", "10000"));
    values.put("narenas", List.of("1", "2"));
    values.put("tcache", List.of("false"));
    values.put("tcache_max", List.of("1K", "4K", "1M"));
    values.put("retain", List.of("false"));
    values.put("oversize_threshold", List.of("0", "1M"));
    values.put("lg_extent_max_active_fit", List.of("0", "3"));
    values.put("background_thread", List.of("true"));
    if (version.options().find(JemallocOptions.PAGE_SIZES).isPresent()) {
      values.put("tcache_max", List.of("1K", "4K"));
      values.put(JemallocOptions.PAGE_SIZES, List.of("false"));
      values.put(JemallocOptions.TIMED_COLLECTION, List.of("false"));
    }
    values.keySet().retainAll(settings().stream().map(Setting::key).toList());
    return values;
  }

  @Override
  public LibraryOptions options() {
    return version.options();
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(
        new Reference(
            "native-jemalloc",
            lineage().version(),
            Optional.of(
                new Reference.Processors(JemallocSettings.PROCESSORS, Reference.Asks.ALLOWED)),
            Optional.of(JemallocSettings.SEEDS),
            Optional.of(JemallocSettings.ADDRESS_BITS)));
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new Jemalloc(space, version, JemallocSettings.of(version, settings));
  }
}
