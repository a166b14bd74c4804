package heapstakes.allocator;

import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import heapstakes.setting.Spelling;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The catalogue of allocators: whatever {@code META-INF/services} lists. */
public final class Allocators {
  private static final List<AllocatorProvider> ALL =
      ServiceLoader.load(AllocatorProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .flatMap(p -> p.providers().stream())
          .sorted(Comparator.comparing(AllocatorProvider::name))
          .toList();

  private Allocators() {}

  /** Every provider, by name. */
  public static List<AllocatorProvider> all() {
    return ALL;
  }

  /**
   * Reads {@code NAME[@VERSION][:KEY=VALUE[,KEY=VALUE…]]}, or another form that a provider knows.
   *
   * @throws AllocatorException when the name, the version, a key or a value is not known
   */
  public static Contestant parse(String text) {
    Optional<AllocatorProvider> special =
        ALL.stream().map(p -> p.named(text)).flatMap(Optional::stream).findFirst();
    if (special.isPresent()) {
      AllocatorProvider provider = special.get();
      String settings = text.substring(provider.name().length()).replaceFirst("^:", "");
      return new Contestant(
          provider, Settings.parse(provider.name(), provider.settings(), settings));
    }
    Spec head = Spec.head(text);
    String name = head.name();
    AllocatorProvider provider =
        ALL.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
    if (provider == null) {
      List<String> names = ALL.stream().map(AllocatorProvider::name).toList();
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "no allocator named '%s'.%s\n  Known: %s.\n  Try: heapstakes list allocators",
              name,
              Spelling.didYouMean(name, names),
              String.join(", ", names)));
    }
    AllocatorProvider chosen = head.version().map(provider::at).orElse(provider);
    return new Contestant(
        chosen, head.version(), settings(head, provider, chosen, Spec.settingsOf(text)));
  }

  private static Settings settings(
      Spec head, AllocatorProvider provider, AllocatorProvider chosen, String given) {
    try {
      return Settings.parse(head.toString(), chosen.settings(), given);
    } catch (SettingException e) {
      throw new SettingException(e.getMessage() + elsewhere(provider, chosen, given));
    }
  }

  /** Who has a setting that the version which was asked for has not: a line each; else empty. */
  private static String elsewhere(
      AllocatorProvider provider, AllocatorProvider asked, String given) {
    StringBuilder lines = new StringBuilder();
    for (String pair : given.split(",", -1)) {
      String key = pair.split("=", -1)[0].strip();
      List<String> others =
          Stream.concat(versionsWith(provider, key), libraryWith(asked, key)).toList();
      if (!has(asked, key) && !others.isEmpty()) {
        lines.append(
            String.format(
                Locale.ROOT, "\n  '%s' is a setting of %s.", key, String.join(", ", others)));
      }
    }
    return lines.toString();
  }

  private static Stream<String> versionsWith(AllocatorProvider provider, String key) {
    return provider.versions().stream()
        .filter(version -> has(provider.at(version), key))
        .map(version -> provider.name() + "@" + version);
  }

  /** The library that {@code model} is of, whatever its version: that decides once it is there. */
  private static Stream<String> libraryWith(AllocatorProvider model, String key) {
    return model.reference().stream()
        .flatMap(reference -> ALL.stream().filter(p -> p.name().equals(reference.library())))
        .filter(library -> has(library, key))
        .map(AllocatorProvider::name);
  }

  private static boolean has(AllocatorProvider provider, String key) {
    return provider.settings().stream().anyMatch(setting -> setting.key().equals(key));
  }
}
