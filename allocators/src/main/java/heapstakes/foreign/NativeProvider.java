package heapstakes.foreign;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Lineage;
import heapstakes.foreign.store.Packages;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Printable;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Real libraries: those of {@code libraries.tsv}, and any other as {@code
 * native:/path/lib.so[,PREFIX][:KEY=VALUE…]}, which also takes {@code env.NAME=VALUE}.
 */
public final class NativeProvider implements RealProvider {
  private static final String SCHEME = "native:";
  private static final String USAGE = "native:/path/lib.so[,PREFIX][:KEY=VALUE[,KEY=VALUE...]]";
  private static final Pattern WITH_SETTINGS =
      Pattern.compile("(.+?):((?:env\\.[^=:]*|[a-z][a-z0-9_]*)=.*)");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** What says how the library comes into its process, which is ours to say. */
  private static final Set<String> LOADERS = Set.of("LD_PRELOAD", "LD_AUDIT");

  /**
   * The name under which the loader will know a library that is to be installed and preloaded.
   *
   * @param library its contestant, e.g. {@code native-jemalloc}; empty for what is not preloaded
   */
  public static Optional<String> soname(String library) {
    return ListedLibrary.all().stream()
        .filter(listed -> listed.name().equals(library) && listed.family().canBeOpened())
        .filter(listed -> !(listed.family() instanceof GlibcFamily))
        .findFirst()
        .map(listed ->
            Packages.here()
                .flatMap(packages -> packages.content(library))
                .flatMap(Packages.Content::soname)
                .orElse(listed.sonames().getFirst()));
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
    Matcher parts = WITH_SETTINGS.matcher(text);
    boolean isFile =
        Files.exists(Path.of(text.substring(SCHEME.length()))); // with a colon of its own
    boolean isSet = !isFile && parts.matches();
    String name = isSet ? parts.group(1) : text;
    Set<String> given = isSet ? Spec.pairs(parts.group(2)).keySet() : Set.of();
    given.stream().flatMap(key -> Spec.variable(key).stream()).forEach(NativeProvider::check);
    String[] words = name.substring(SCHEME.length()).split(",", -1);
    if (words[0].isEmpty() || words.length > 2) {
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
    Path file = Path.of(words[0]).toAbsolutePath().normalize();
    return Optional.of(new FileProvider(name, file, words.length == 2 ? words[1] : "", given));
  }

  private static void check(String variable) {
    if (!VARIABLE.matcher(variable).matches()) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "'%s' is no name of a variable: letters, digits and _ only.\n  Write env.NAME=VALUE.",
              variable));
    }
    if (LOADERS.contains(variable)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "%s cannot be set: it is how the library comes into its process.\n"
                  + "  Name the library's file, native:/path/lib.so.",
              variable));
    }
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
