package heapstakes.foreign;

import heapstakes.allocator.options.LibraryOptions;
import heapstakes.setting.Settings;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What libraries of one descent have in common: their options and their control functions. */
interface Family {
  /** As in {@code libraries.tsv}. */
  String name();

  /** The name that its libraries state before their version. */
  default String title() {
    return name();
  }

  /**
   * The version that is written in a library's file, which is not loaded for that; empty where none
   * can be found.
   *
   * @param text the file's bytes, a character each
   */
  default Optional<String> releaseIn(String text) {
    return Optional.empty();
  }

  /** The first group of {@code pattern}, where {@code text} has it. */
  static Optional<String> find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whether a JVM can have it loaded; else only a process of its own can. */
  default boolean canBeOpened() {
    return true;
  }

  /** Whether it has a function that gives memory back. */
  default boolean trims() {
    return true;
  }

  /** Whether a loaded library is of this family, by its symbols. */
  boolean includes(SharedLibrary library, String prefix);

  /** The options it takes, under its own names. */
  default LibraryOptions options() {
    return LibraryOptions.NONE;
  }

  /**
   * Those that a version takes.
   *
   * @param release e.g. {@code 2.41}
   */
  default LibraryOptions options(String release) {
    return options();
  }

  /** Environment variables that must be set before the library is loaded, for what was given. */
  default SequencedMap<String, String> environment(Settings settings, String prefix) {
    return options().environment(settings.given());
  }

  /** Binds the control functions of a loaded library. */
  LibraryControls bind(SharedLibrary library, String prefix);
}
