package heapstakes.allocator.options;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** The options of one library that are offered here, in the order in which they are listed. */
public final class LibraryOptions {
  /** Of what has none. */
  public static final LibraryOptions NONE = new LibraryOptions("", List.of());

  private final String library;
  private final List<LibraryOption> options;

  /**
   * A table.
   *
   * @param library whose, for errors
   * @param options as they are listed
   */
  public LibraryOptions(String library, List<LibraryOption> options) {
    this.library = library;
    this.options = List.copyOf(options);
  }

  /** Name, range, default and meaning of each. */
  public List<Setting> settings() {
    return options.stream().map(LibraryOption::setting).toList();
  }

  /** The option called {@code key}; empty where there is none. */
  public Optional<LibraryOption> find(String key) {
    return options.stream().filter(option -> option.setting().key().equals(key)).findFirst();
  }

  /** Name, range, default and meaning of {@code key}, which must be one of them. */
  public Setting setting(String key) {
    return find(key).orElseThrow().setting();
  }

  /** The same with a variable of the environment for each of {@code keys} that names one. */
  public LibraryOptions withVariables(Collection<String> keys) {
    Stream<LibraryOption> variables =
        keys.stream()
            .flatMap(key -> Spec.variable(key).stream().map(v -> LibraryOption.variable(key, v)));
    return new LibraryOptions(library, Stream.concat(options.stream(), variables).toList());
  }

  /** The same, but {@code key} as {@code other} has it: with that default, or not at all. */
  public LibraryOptions with(LibraryOptions other, String key) {
    return new LibraryOptions(
        library,
        Stream.concat(
                options.stream().filter(option -> !option.setting().key().equals(key)),
                other.find(key).stream())
            .toList());
  }

  /**
   * The variables that a program is started with, values by name: first those of one option each.
   *
   * @param given values of options, as users write them
   */
  public SequencedMap<String, String> environment(SequencedMap<String, String> given) {
    Settings settings = Settings.of(library, settings(), given);
    SequencedMap<String, String> environment = new LinkedHashMap<>();
    Stream.concat(
            options.stream().filter(LibraryOption::isAlone),
            options.stream().filter(option -> !option.isAlone()))
        .filter(option -> isSaid(option, settings))
        .forEach(option ->
            environment.merge(
                option.variable().name(),
                option.text(settings),
                (before, next) -> before + option.variable().between() + next));
    return environment;
  }

  private static boolean isSaid(LibraryOption option, Settings settings) {
    String key = option.setting().key();
    return settings.isGiven(key) && !option.unset().equals(Optional.of(settings.text(key)));
  }
}
