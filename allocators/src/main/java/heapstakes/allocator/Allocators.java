package heapstakes.allocator;

import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import heapstakes.setting.Spelling;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

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
        chosen,
        head.version(),
        Settings.parse(head.toString(), chosen.settings(), Spec.settingsOf(text)));
  }
}
