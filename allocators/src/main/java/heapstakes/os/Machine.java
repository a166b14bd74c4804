package heapstakes.os;

import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import heapstakes.setting.Spelling;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The machine an allocator runs on, as chosen by {@code --memory}: a kind of memory and its
 * settings.
 *
 * @param provider what makes the processes
 * @param settings how the machine is set
 */
public record Machine(AddressSpaceProvider provider, Settings settings) {
  /** Setting of memory that keeps books only when it is told to. */
  private static final String METERED = "metered";

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
    String name = Spec.head(text).toString();
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
    return new Machine(provider, Settings.parse(name, provider.settings(), Spec.settingsOf(text)));
  }

  /** Starts a process on this machine. */
  public AddressSpace open() {
    return provider.open(settings);
  }

  /** The same with {@code key} set. */
  public Machine with(String key, String value) {
    return new Machine(provider, settings.with(key, value));
  }

  /** The same, told to keep books where it must be, unless the user has decided. */
  public Machine metered() {
    boolean canBeTold = provider.settings().stream().anyMatch(s -> s.key().equals(METERED));
    return canBeTold && !settings.isGiven(METERED) ? with(METERED, "true") : this;
  }

  /** As users write it; {@link #parse} reads it back. */
  public Spec spec() {
    return new Spec(provider.name(), Optional.empty(), settings.given());
  }

  /** {@code NAME[:KEY=VALUE…]}, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return spec().toString();
  }
}
