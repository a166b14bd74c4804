package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.foreign.store.Linkage;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A library named by its path, with the options of the family that its file tells. */
final class FileProvider implements RealProvider {
  private final String name;
  private final Path file;
  private final String prefix;
  private final Set<String> given;
  private @Nullable LibraryOptions options; // once they were asked for

  /**
   * @param name as the user wrote it, without settings
   * @param file the library
   * @param prefix before its functions' names, often empty
   * @param given settings, of which it takes any variable of the environment
   */
  FileProvider(String name, Path file, String prefix, Set<String> given) {
    this.name = name;
    this.file = file;
    this.prefix = prefix;
    this.given = given;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Lineage lineage() {
    return new Lineage(version(), "a library of the user's choice");
  }

  /** Of one that no JVM can load its file is read, not asked. */
  private String version() {
    if (RealProvider.unsupported().isPresent() || !Files.isRegularFile(file)) {
      return "no such file";
    }
    return isOfThisMachine()
        ? NativeLibrary.any(name, this::load, Settings.defaults(name, settings())).version()
        : LibraryArrival.statement(file);
  }

  private Linkage linkage() {
    return Linkage.of(file, List.of(), LibraryStore.ofUser());
  }

  private boolean isOfThisMachine() {
    Linkage linkage = linkage();
    return linkage.loader().isEmpty() && linkage.problem().isEmpty();
  }

  @Override
  public LibraryOptions options() {
    LibraryOptions known = options;
    if (known == null) {
      LibraryOptions own =
          Files.isRegularFile(file) ? LibraryArrival.options(file) : LibraryOptions.NONE;
      known = own.withVariables(given);
      options = known;
    }
    return known;
  }

  @Override
  public Optional<RealLibrary> library() {
    return Optional.of(new RealLibrary(Optional.of(file), prefix, linkage().loader()));
  }

  @Override
  public Optional<String> unavailable() {
    if (RealProvider.unsupported().isPresent()) {
      return RealProvider.unsupported();
    }
    return Files.isRegularFile(file)
        ? linkage().problem()
        : Optional.of(
            String.format(
                Locale.ROOT, "there is no file %s.\n  Write native:/path/lib.so[,PREFIX]", file));
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    if (!isOfThisMachine()) {
      throw new AllocatorException(unavailable().orElseGet(() -> RealProvider.needsAProcess(name)));
    }
    return NativeLibrary.with(name, this::load, settings).allocator();
  }

  private NativeLibrary load(Settings settings) throws SharedLibrary.LoadFailure {
    return NativeLibrary.load(name, file, prefix, options(), settings);
  }
}
