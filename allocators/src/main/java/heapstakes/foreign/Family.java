package heapstakes.foreign;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What libraries of one descent have in common: their options and their control functions. */
interface Family {
  /** Those known, the plain one last: it takes any library. */
  List<Family> ALL =
      List.of(
          new GlibcFamily(),
          new JemallocFamily(),
          new TcMallocFamily(),
          new MimallocFamily(),
          new PlainFamily());

  /** As in {@code libraries.tsv}. */
  String name();

  /** Whether a loaded library is of this family, by its symbols. */
  boolean includes(SharedLibrary library, String prefix);

  /** The options it takes, under its own names. */
  default List<Setting> settings() {
    return List.of();
  }

  /** Environment variables that must be set before the library is loaded, for what was given. */
  default Map<String, String> environment(Settings settings, String prefix) {
    return Map.of();
  }

  /** The shell's form of the settings that were given, for any program; empty for none. */
  default String deployableForm(Settings settings) {
    return environment(settings, "").entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .collect(Collectors.joining(" "));
  }

  /** Binds the control functions of a loaded library. */
  Controls bind(SharedLibrary library, String prefix);

  /** The settings of {@code settings} that the user gave. */
  static List<Setting> given(List<Setting> known, Settings settings) {
    return known.stream().filter(s -> settings.isGiven(s.key())).toList();
  }

  /** A variable for each setting given: {@code prefix} and its key in capitals. */
  static Map<String, String> variables(String prefix, List<Setting> known, Settings settings) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Setting setting : given(known, settings)) {
      variables.put(prefix + setting.key().toUpperCase(Locale.ROOT), plain(setting, settings));
    }
    return variables;
  }

  /** A value as an environment variable takes it: sizes in bytes, the rest as written. */
  static String plain(Setting setting, Settings settings) {
    return switch (setting.type()) {
      case SIZE, INTEGER -> Long.toString(settings.number(setting.key()));
      case DECIMAL, BOOLEAN, CHOICE, TEXT -> settings.text(setting.key());
    };
  }
}
