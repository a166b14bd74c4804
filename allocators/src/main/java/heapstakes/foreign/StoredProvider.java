package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.foreign.store.Linkage;
import heapstakes.foreign.store.StoredLibrary;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A library of {@code libraries.tsv} in a version that the user has added. */
final class StoredProvider implements RealProvider {
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
  public boolean trims() {
    return listed.family().trims();
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
    return RealProvider.unsupported().or(linkage::problem);
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
      throw new AllocatorException(RealProvider.needsAProcess(stored.toString()));
    }
    return NativeLibrary.with(stored.toString(), this::load, settings).allocator();
  }

  private NativeLibrary load(Settings settings) throws SharedLibrary.LoadFailure {
    return NativeLibrary.load(stored.toString(), listed, stored.file(), settings);
  }
}
