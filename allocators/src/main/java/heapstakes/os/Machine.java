package heapstakes.os;

import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import heapstakes.setting.Spelling;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * The machine an allocator runs on, as chosen by {@code --memory}: a kind of memory and its
 * settings.
 *
 * @param provider what makes the processes
 * @param settings how the machine is set
 */
public record Machine(AddressSpaceProvider provider, Settings settings) {
  private static final List<AddressSpaceProvider> ALL =
      ServiceLoader.load(AddressSpaceProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(AddressSpaceProvider::name))
          .toList();

  /** Every kind of memory, by name. */
  public static List<AddressSpaceProvider> all() {
    return ALL;
  }

  /**
   * Reads {@code NAME[:KEY=VALUE[,KEY=VALUE…]]}, e.g. {@code simulated:ram=4G,overcommit=2}.
   *
   * @throws SettingException when the name, a key or a value is not known
   */
  public static Machine parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    AddressSpaceProvider provider =
        ALL.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
    if (provider == null) {
      List<String> names = ALL.stream().map(AddressSpaceProvider::name).toList();
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "no memory named '%s'.%s\n  Known: %s.",
              name,
              Spelling.didYouMean(name, names),
              String.join(", ", names)));
    }
    String settings = colon < 0 ? "" : text.substring(colon + 1);
    return new Machine(provider, Settings.parse(name, provider.settings(), settings));
  }

  /** Starts a process on this machine. */
  public AddressSpace open() {
    return provider.open(settings);
  }

  /** {@code NAME[:KEY=VALUE…]}, which {@link #parse} reads back. */
  @Override
  public String toString() {
    String given = settings.toString();
    return given.isEmpty() ? provider.name() : provider.name() + ":" + given;
  }
}
