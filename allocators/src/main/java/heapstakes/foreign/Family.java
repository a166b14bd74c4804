package heapstakes.foreign;

import heapstakes.allocator.options.LibraryOptions;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.SequencedMap;

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
  default LibraryOptions options() {
    return LibraryOptions.NONE;
  }

  /** Environment variables that must be set before the library is loaded, for what was given. */
  default SequencedMap<String, String> environment(Settings settings, String prefix) {
    return options().environment(settings.given());
  }

  /** Binds the control functions of a loaded library. */
  LibraryControls bind(SharedLibrary library, String prefix);
}
