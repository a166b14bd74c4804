package heapstakes.model.tcmalloc;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.allocator.VersionRule;
import heapstakes.allocator.options.GperftoolsOptions;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Twin of gperftools' thread-caching malloc, {@code libtcmalloc_minimal.so.4}. */
public final class TcMallocProvider implements AllocatorProvider {
  private final GperftoolsVersion version;

  /** Of the version that the bare name means. */
  public TcMallocProvider() {
    this(GperftoolsVersion.ALL.getFirst());
  }

  private TcMallocProvider(GperftoolsVersion version) {
    this.version = version;
  }

  @Override
  public String name() {
    return "tcmalloc";
  }

  @Override
  public List<String> versions() {
    return GperftoolsVersion.ALL.stream().map(GperftoolsVersion::number).toList();
  }

  @Override
  public AllocatorProvider at(String number) {
    return new TcMallocProvider(GperftoolsVersion.of(number));
  }

  @Override
  public List<VersionRule> rules(AllocatorProvider other) {
    return GperftoolsVersion.between(version, ((TcMallocProvider) other).version);
  }

  @Override
  public AllocatorProvider with(AllocatorProvider other, Set<String> keys) {
    return new TcMallocProvider(version.with(((TcMallocProvider) other).version, keys));
  }

  @Override
  public Lineage lineage() {
    return new Lineage(version.library(), "libtcmalloc_minimal: thread caches, spans");
  }

  @Override
  public Set<Capability> capabilities() {
    return Capability.OF_TWINS;
  }

  @Override
  public List<Setting> settings() {
    return GperftoolsOptions.ALL.settings();
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("aggressive_decommit", List.of("true"));
    values.put("release_rate", List.of("0", "10", "100"));
    values.put("max_total_thread_cache_bytes", List.of("512K", "4M", "256M"));
    values.put("transfer_num_obj", List.of("2", "8", "512"));
    return values;
  }

  @Override
  public LibraryOptions options() {
    return GperftoolsOptions.ALL;
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(new Reference("native-tcmalloc", lineage().version()));
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new TcMalloc(space, version, TcMallocSettings.of(settings));
  }
}
