package heapstakes.model.ptmalloc2;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.allocator.VersionRule;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** The twins of glibc's malloc, a version each. */
public final class Ptmalloc2Provider implements AllocatorProvider {
  private final GlibcVersion version;

  /** Of the version that the bare name means. */
  public Ptmalloc2Provider() {
    this(GlibcVersion.ALL.getFirst());
  }

  private Ptmalloc2Provider(GlibcVersion version) {
    this.version = version;
  }

  @Override
  public String name() {
    return "ptmalloc2";
  }

  @Override
  public List<String> versions() {
    return GlibcVersion.ALL.stream().map(GlibcVersion::number).toList();
  }

  @Override
  public AllocatorProvider at(String number) {
    return new Ptmalloc2Provider(GlibcVersion.of(number));
  }

  @Override
  public List<VersionRule> rules(AllocatorProvider other) {
    return GlibcChanges.between(version, ((Ptmalloc2Provider) other).version);
  }

  @Override
  public AllocatorProvider with(AllocatorProvider other, Set<String> keys) {
    return new Ptmalloc2Provider(
        version.with(((Ptmalloc2Provider) other).version, GlibcRule.of(keys)));
  }

  @Override
  public Lineage lineage() {
    return new Lineage(version.library(), "boundary tags, bins, arenas, tcache: Linux's default");
  }

  @Override
  public Badge badge() {
    return version.badge();
  }

  @Override
  public Set<Capability> capabilities() {
    return Capability.OF_TWINS;
  }

  @Override
  public List<Setting> settings() {
    return Ptmalloc2Settings.settings(version);
  }

  @Override
  public SequencedMap<String, List<String>> worthTrying() {
    SequencedMap<String, List<String>> values = new LinkedHashMap<>();
    values.put("trim_threshold", List.of("16K", "1M", "64M"));
    values.put("top_pad", List.of("0", "1M", "16M"));
    values.put("mmap_threshold", List.of("32K", "1M", "32M"));
    values.put("mmap_max", List.of("0"));
    values.put("tcache_count", List.of("0", "7", "64", "1000"));
    values.put("mxfast", List.of("0"));
    values.put("arena_max", List.of("1", "2"));
    values.keySet().removeIf(key -> options().find(key).isEmpty());
    values.replaceAll((key, tried) -> {
      String stock = options().setting(key).defaultValue();
      return tried.stream().filter(value -> !value.equals(stock)).toList();
    });
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
            "native-glibc",
            lineage().version(),
            Optional.of(new Reference.Processors("cpus", Reference.Asks.ONLINE)),
            Optional.empty()));
  }

  @Override
  public SequencedMap<String, String> optionsFor(Settings settings) {
    SequencedMap<String, String> options = AllocatorProvider.super.optionsFor(settings);
    if (settings.text("trim").equals("never")) {
      options.put("trim_threshold", "-1");
    }
    return options;
  }

  @Override
  public Optional<String> undeployable(Settings settings) {
    return Ptmalloc2Settings.undeployable(settings);
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new Ptmalloc2(space, Ptmalloc2Settings.of(version, settings));
  }
}
