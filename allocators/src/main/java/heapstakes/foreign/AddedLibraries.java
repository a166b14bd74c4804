package heapstakes.foreign;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Contestant;
import heapstakes.foreign.store.StoredLibrary;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Optional;

/** The libraries that the user has added, as contestants. */
public final class AddedLibraries {
  private AddedLibraries() {}

  /** Every one, by name, older versions first. */
  public static List<Contestant> all() {
    return ListedLibrary.all().stream()
        .flatMap(listed -> StoredProvider.all(listed).stream())
        .map(AddedLibraries::contestant)
        .toList();
  }

  private static Contestant contestant(StoredProvider provider) {
    return new Contestant(
        provider,
        Optional.of(provider.stored().version()),
        Settings.defaults(provider.stored().toString(), provider.settings()));
  }

  /** The version under which it was added; empty for any other. */
  public static Optional<String> version(AllocatorProvider provider) {
    return provider instanceof StoredProvider added
        ? Optional.of(added.stored().version())
        : Optional.empty();
  }

  /**
   * What was added or is installed, for a record of where figures come from; empty for any other.
   */
  public static Optional<LibraryFile> file(AllocatorProvider provider) {
    return switch (provider) {
      case StoredProvider added -> Optional.of(file(added.stored()));
      case LibraryProvider listed -> listed.installed();
      default -> Optional.empty();
    };
  }

  private static LibraryFile file(StoredLibrary stored) {
    return new LibraryFile(
        stored.toString(), stored.statement(), stored.file().toString(), stored.sha256());
  }
}
