package heapstakes.allocator.options;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.Locale;
import java.util.Optional;

/**
 * One option of a library.
 *
 * @param setting its name, range, default and meaning
 * @param variable of the environment that carries it
 * @param name inside of that variable; empty: the variable carries this option alone
 * @param unset value that stands for the library's own choice, which no variable can say; empty:
 *     none
 */
public record LibraryOption(
    Setting setting, Variable variable, String name, Optional<String> unset) {

  /**
   * A variable of the environment.
   *
   * @param name e.g. {@code GLIBC_TUNABLES}
   * @param assign between the name and the value of an option inside of it
   * @param between two options
   */
  public record Variable(String name, String assign, String between) {}

  /** With a variable of its own: {@code prefix}, the option's name in capitals, {@code suffix}. */
  static LibraryOption alone(String prefix, Setting setting, String suffix) {
    String name = prefix + setting.key().toUpperCase(Locale.ROOT) + suffix;
    return new LibraryOption(setting, new Variable(name, "", ""), "", Optional.empty());
  }

  /** A variable of the environment itself, as it is, by {@code key}. */
  static LibraryOption variable(String key, String variable) {
    Setting setting = Setting.text(key, "", "variable of the library's environment, as it is");
    return new LibraryOption(setting, new Variable(variable, "", ""), "", Optional.empty());
  }

  /** One of several in {@code variable}, there called {@code prefix} and its name. */
  public static LibraryOption in(Variable variable, String prefix, Setting setting) {
    return new LibraryOption(setting, variable, prefix + setting.key(), Optional.empty());
  }

  /** The same, not said to the library where it is {@code value}. */
  public LibraryOption unlessItIs(String value) {
    return new LibraryOption(setting, variable, name, Optional.of(value));
  }

  /** Whether it has a variable of its own. */
  public boolean isAlone() {
    return name.isEmpty();
  }

  /** What the variable says of it: {@code VALUE}, or {@code NAME=VALUE} in a shared one. */
  public String text(Settings settings) {
    String value =
        switch (setting.type()) {
          case SIZE, INTEGER -> number(settings.number(setting.key()));
          case DECIMAL, BOOLEAN, CHOICE, TEXT -> settings.text(setting.key());
        };
    return name + variable.assign() + value;
  }

  /** Bytes without unit; glibc takes unsigned numbers only, where -1 is the largest. */
  private String number(long value) {
    boolean signed = setting.type() == Setting.Type.INTEGER;
    return signed ? Long.toString(value) : Long.toUnsignedString(value);
  }
}
