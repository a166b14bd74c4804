package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.foreign.store.Linkage;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Release;
import heapstakes.setting.Settings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A library of {@code libraries.tsv}: the one that is installed, in whatever version, or in the one
 * that was asked for.
 */
final class LibraryProvider implements RealProvider {
  private final ListedLibrary listed;
  private final Optional<String> wanted;

  LibraryProvider(ListedLibrary listed) {
    this(listed, Optional.empty());
  }

  private LibraryProvider(ListedLibrary listed, Optional<String> wanted) {
    this.listed = listed;
    this.wanted = wanted;
  }

  @Override
  public boolean trims() {
    return listed.family().trims();
  }

  @Override
  public String name() {
    return listed.name();
  }

  /**
   * One that was added under that version, else the installed one if its file says that it is, else
   * an added one that is a build of it. Whether the installed one is shows when it is loaded.
   */
  @Override
  public AllocatorProvider at(String version) {
    LibraryStore store = LibraryStore.ofUser();
    return store
        .find(listed.name(), version)
        .filter(added ->
            added.version().equals(version)
                || LibraryArrival.installedRelease(listed)
                    .filter(installed -> Release.isOf(installed, version))
                    .isEmpty())
        .<AllocatorProvider>map(added -> new StoredProvider(listed, added, store))
        .orElseGet(() -> new LibraryProvider(listed, Optional.of(version)));
  }

  @Override
  public Lineage lineage() {
    return new Lineage(
        absent().isPresent() ? "not installed" : version(),
        "the real " + listed.family().name() + " of this machine");
  }

  /**
   * Loads the library, with its defaults unless it was opened before, to ask it. One that this JVM
   * cannot load is asked by its file: a process of its own runs that, preloaded.
   */
  private String version() {
    if (!listed.family().canBeOpened()) {
      return versionOfFile();
    }
    try {
      return NativeLibrary.any(name(), this::load, Settings.defaults(name(), settings())).version();
    } catch (AllocatorException e) {
      if (listed.file().isEmpty()) {
        throw e;
      }
      return versionOfFile();
    }
  }

  private String versionOfFile() {
    return listed.family().title() + " " + LibraryArrival.installedRelease(listed).orElse("?");
  }

  /** The installed file, for a record of where figures come from; empty where there is none. */
  Optional<LibraryFile> installed() {
    return listed
        .file()
        .map(file ->
            new LibraryFile(name(), version(), file.toString(), SharedLibrary.digestOf(file)));
  }

  @Override
  public LibraryOptions options() {
    return LibraryArrival.installedRelease(listed)
        .map(release -> listed.family().options(release))
        .orElseGet(() -> listed.family().options());
  }

  /** Its plain names where it is preloaded: a prefix is only needed beside another malloc. */
  @Override
  public Optional<RealLibrary> library() {
    if (!listed.family().canBeOpened()) {
      // That it has a loader of its own holds where it is not, too.
      Path file = listed.file().orElseGet(() -> Path.of("/lib", listed.sonames().getFirst()));
      return Optional.of(new RealLibrary(Optional.empty(), "", Linkage.ofCLibrary(file)));
    }
    return listed.family() instanceof GlibcFamily
        ? Optional.of(new RealLibrary(Optional.empty(), ""))
        : listed.file().map(file -> new RealLibrary(Optional.of(file), "")).or(this::substitute);
  }

  /** The one that came with us: other processes can open it, and none gets it by preloading. */
  private Optional<RealLibrary> substitute() {
    return listed.hasBundledSubstitute()
        ? Optional.of(new RealLibrary(Optional.of(BundledJemalloc.file()), BundledJemalloc.PREFIX))
        : Optional.empty();
  }

  @Override
  public Optional<String> unavailable() {
    return absent().or(() -> wanted.flatMap(version -> otherThan(version, version())));
  }

  private Optional<String> otherThan(String wantedVersion, String found) {
    return Release.isOf(Lineage.number(found), wantedVersion)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                """
                the library found here is %s (%s).
                  Write %s@%s, or %s for whatever is installed, or add that version: heapstakes library add FILE\
                """,
                found,
                listed.file().map(Path::toString).orElse("bundled"),
                name(),
                Lineage.number(found),
                name()));
  }

  private Optional<String> absent() {
    if (RealProvider.unsupported().isPresent()) {
      return RealProvider.unsupported();
    }
    boolean found = listed.file().isPresent() || listed.hasBundledSubstitute();
    return found ? Optional.empty() : Optional.of(listed.absence());
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    if (!listed.family().canBeOpened()) {
      throw new AllocatorException(RealProvider.needsAProcess(name()));
    }
    NativeLibrary library = NativeLibrary.with(name(), this::load, settings);
    wanted
        .flatMap(version -> otherThan(version, library.version()))
        .ifPresent(why -> {
          throw new AllocatorException(
              String.format(
                  Locale.ROOT, "%s@%s cannot be opened: %s", name(), wanted.orElseThrow(), why));
        });
    return library.allocator();
  }

  private NativeLibrary load(Settings settings) throws SharedLibrary.LoadFailure {
    return NativeLibrary.load(listed, settings);
  }
}
