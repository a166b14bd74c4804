package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A library of {@code libraries.tsv}. */
final class LibraryProvider implements AllocatorProvider, Deployment.Deployable {
  private final ListedLibrary listed;

  LibraryProvider(ListedLibrary listed) {
    this.listed = listed;
  }

  @Override
  public String name() {
    return listed.name();
  }

  /** Loads the library, with its defaults unless it was opened before, to ask for its version. */
  @Override
  public Lineage lineage() {
    String version =
        unavailable().isPresent()
            ? "not installed"
            : NativeLibrary.any(name(), this::load, Settings.defaults(name(), settings()))
                .version();
    return new Lineage(
        Lineage.Kind.NATIVE, version, "the real " + listed.family().name() + " of this machine");
  }

  @Override
  public Set<Capability> capabilities() {
    return NativeProvider.CAPABILITIES;
  }

  @Override
  public List<Setting> settings() {
    return listed.family().settings();
  }

  @Override
  public String deployableForm(Settings settings) {
    return listed.family().deployableForm(settings);
  }

  /** Its plain names where it is preloaded: a prefix is only needed beside another malloc. */
  @Override
  public Optional<RealLibrary> library() {
    return listed.family() instanceof GlibcFamily
        ? Optional.of(new RealLibrary(Optional.empty(), ""))
        : listed.file().map(file -> new RealLibrary(Optional.of(file), ""));
  }

  @Override
  public Optional<String> unavailable() {
    if (NativeProvider.unsupported().isPresent()) {
      return NativeProvider.unsupported();
    }
    boolean found = listed.file().isPresent() || listed.hasBundledSubstitute();
    return found ? Optional.empty() : Optional.of(listed.absence());
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return NativeLibrary.with(name(), this::load, settings).allocator();
  }

  /** Listed libraries replace malloc when they are preloaded, whatever other names they define. */
  @Override
  public Optional<Deployment> deployment(Settings settings) {
    Optional<Path> preloaded = listed.file().filter(f -> !(listed.family() instanceof GlibcFamily));
    if (preloaded.isEmpty() && !(listed.family() instanceof GlibcFamily)) {
      return Optional.empty();
    }
    return Optional.of(
        new Deployment(preloaded, "", Deployment.variables(deployableForm(settings))));
  }

  private NativeLibrary load(Settings settings) throws SharedLibrary.LoadFailure {
    return NativeLibrary.load(listed, settings);
  }
}
