package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A library named by its path; it takes its settings from the environment of this process. */
final class FileProvider implements AllocatorProvider {
  private final String name;
  private final Path file;
  private final String prefix;

  /**
   * @param name as the user wrote it
   * @param file the library
   * @param prefix before its functions' names, often empty
   */
  FileProvider(String name, Path file, String prefix) {
    this.name = name;
    this.file = file;
    this.prefix = prefix;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Lineage lineage() {
    String version =
        unavailable().isPresent()
            ? "no such file"
            : NativeLibrary.any(name, this::load, Settings.defaults(name, List.of())).version();
    return new Lineage(version, "a library of the user's choice");
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
  public Optional<RealLibrary> library() {
    return Optional.of(new RealLibrary(Optional.of(file), prefix));
  }

  @Override
  public Optional<String> unavailable() {
    if (NativeProvider.unsupported().isPresent()) {
      return NativeProvider.unsupported();
    }
    return Files.isRegularFile(file)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "there is no file %s.\n  Write native:/path/lib.so[,PREFIX]", file));
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return NativeLibrary.with(name, this::load, settings).allocator();
  }

  private NativeLibrary load(Settings settings) throws SharedLibrary.LoadFailure {
    return NativeLibrary.load(name, file, prefix, settings);
  }
}
