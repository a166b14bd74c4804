package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Lineage;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Printable;
import heapstakes.setting.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Real libraries: those of {@code libraries.tsv}, and any other as {@code
 * native:/path/lib.so[,PREFIX][:KEY=VALUE…]}.
 */
public final class NativeProvider implements RealProvider {
  private static final String SCHEME = "native:";
  private static final String USAGE = "native:/path/lib.so[,PREFIX][:KEY=VALUE[,KEY=VALUE...]]";
  private static final Pattern WITH_SETTINGS = Pattern.compile("(.+):[a-z][a-z0-9_]*=.*");

  /**
   * The name under which the loader knows a library, for one that is to be preloaded.
   *
   * @param library its contestant, e.g. {@code native-jemalloc}; empty for what is not preloaded
   */
  public static Optional<String> soname(String library) {
    return ListedLibrary.all().stream()
        .filter(listed -> listed.name().equals(library) && listed.family().canBeOpened())
        .filter(listed -> !(listed.family() instanceof GlibcFamily))
        .map(listed -> listed.sonames().getFirst())
        .findFirst();
  }

  @Override
  public String name() {
    return "native";
  }

  @Override
  public List<AllocatorProvider> providers() {
    Stream<AllocatorProvider> listed = ListedLibrary.all().stream().map(LibraryProvider::new);
    return Stream.concat(listed, Stream.of(this)).toList();
  }

  @Override
  public Optional<AllocatorProvider> named(String text) {
    if (!text.startsWith(SCHEME)) {
      return Optional.empty();
    }
    String name = withoutSettings(text);
    String[] parts = name.substring(SCHEME.length()).split(",", -1);
    if (parts[0].isEmpty() || parts.length > 2) {
      throw new AllocatorException(
          String.format(Locale.ROOT, "'%s' does not name a library.\n  Write %s", text, USAGE));
    }
    if (!Printable.line(text).equals(text)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "'%s' has a control character in its name, which no table could show.\n  Link the library to a path without.",
              Printable.line(text)));
    }
    Path file = Path.of(parts[0]).toAbsolutePath().normalize();
    return Optional.of(new FileProvider(name, file, parts.length == 2 ? parts[1] : ""));
  }

  /** A path may have a colon itself. */
  private static String withoutSettings(String text) {
    Matcher parts = WITH_SETTINGS.matcher(text);
    boolean isFile = Files.exists(Path.of(text.substring(SCHEME.length())));
    return !isFile && parts.matches() ? parts.group(1) : text;
  }

  @Override
  public Lineage lineage() {
    return new Lineage("n/a", "any malloc library, as " + USAGE);
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.of("it needs a file.\n  Write " + USAGE);
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    throw new AllocatorException("native names no library: " + unavailable().orElseThrow());
  }
}
