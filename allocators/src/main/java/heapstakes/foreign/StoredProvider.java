package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.foreign.store.Linkage;
import heapstakes.foreign.store.StoredLibrary;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A library of {@code libraries.tsv} in a version that the user has added. */
final class StoredProvider implements AllocatorProvider {
  private final ListedLibrary listed;
  private final StoredLibrary stored;
  private final Linkage linkage;

  StoredProvider(ListedLibrary listed, StoredLibrary stored, LibraryStore store) {
    this.listed = listed;
    this.stored = stored;
    this.linkage = Linkage.of(stored, store);
  }

  /** What was added of {@code listed}, older versions first. */
  static List<StoredProvider> all(ListedLibrary listed) {
    LibraryStore store = LibraryStore.ofUser();
    return store.all().stream()
        .filter(library -> library.name().equals(listed.name()))
        .map(library -> new StoredProvider(listed, library, store))
        .toList();
  }

  StoredLibrary stored() {
    return stored;
  }

  @Override
  public String name() {
    return listed.name();
  }

  @Override
  public AllocatorProvider at(String version) {
    return new LibraryProvider(listed).at(version);
  }

  @Override
  public Lineage lineage() {
    return new Lineage(stored.statement(), "the real one out of " + stored.origin());
  }

  @Override
  public Badge badge() {
    return Badge.REAL;
  }

  @Override
  public Set<Capability> capabilities() {
    return NativeProvider.CAPABILITIES;
  }

  @Override
  public List<Setting> settings() {
    return options().settings();
  }

  @Override
  public LibraryOptions options() {
    return listed.family().options(stored.release());
  }

  @Override
  public Optional<RealLibrary> library() {
    return Optional.of(
        new RealLibrary(
            stored.isCLibrary() ? Optional.empty() : Optional.of(stored.file()),
            "",
            linkage.loader()));
  }

  @Override
  public Optional<String> unavailable() {
    return NativeProvider.unsupported().or(linkage::problem);
  }

  /** Only where this machine's loader does: a JVM has a C library already, and keeps it. */
  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    unavailable()
        .ifPresent(why -> {
          throw new AllocatorException(
              String.format(Locale.ROOT, "%s cannot run here: %s", stored, why));
        });
    if (linkage.loader().isPresent()) {
      throw new AllocatorException(needsAProcess(stored.toString()));
    }
    return NativeLibrary.with(stored.toString(), this::load, settings).allocator();
  }

  /** What to say of one that a JVM cannot load. */
  static String needsAProcess(String name) {
    return String.format(
        Locale.ROOT,
        """
        %s cannot be opened by a JVM, which runs on this machine's C library: it starts with a \
        loader of its own.
          Its memory is metered in a process of its own; times are taken of what is installed.\
        """,
        name);
  }

  private NativeLibrary load(Settings settings) throws SharedLibrary.LoadFailure {
    return NativeLibrary.load(stored.toString(), listed, stored.file(), settings);
  }
}
