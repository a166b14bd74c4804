package heapstakes.driver;

import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Touch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** What the programs in C that replay a trace on a real library are started with alike. */
public final class LibraryProgram {
  /** All else of our own environment could change what is measured. */
  private static final List<String> KEPT = List.of("PATH", "HOME", "LD_LIBRARY_PATH");

  private LibraryProgram() {}

  /** Adds the words that say which library it is, and what of the trace must be known before. */
  public static void describe(
      List<String> command, MeteredLibrary library, TraceInfo info, Touch touch) {
    if (library.file().isPresent() && !library.isPreloaded()) {
      command.add("library=" + library.file().get());
      command.add("prefix=" + library.prefix());
    }
    command.add("preloaded=" + (library.isPreloaded() ? 1 : 0));
    command.add("slots=" + info.slots());
    command.add("threads=" + info.threads());
    command.add("stop-at-null=" + (info.features().stopsAtNull() ? 1 : 0));
    command.add("touch=" + number(touch));
  }

  private static int number(Touch touch) {
    return switch (touch) {
      case NONE -> 0;
      case FIRST -> 1;
      case ALL -> 2;
    };
  }

  /**
   * Starts it in an environment of {@code settings} alone; it ends with us.
   *
   * @param name of the program, for an error
   * @param file of the program
   * @param loading adds what has the library loaded
   * @throws DriverException when it does not start
   */
  public static Process start(
      ProcessBuilder builder,
      Map<String, String> settings,
      Consumer<Map<String, String>> loading,
      String name,
      Path file) {
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(KEPT);
    environment.putAll(settings);
    loading.accept(environment);
    try {
      Process process = builder.start();
      Children.add(process.toHandle());
      return process;
    } catch (IOException e) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "the %s of real libraries does not start: %s\n  Delete %s to have it built anew.",
              name,
              e.getMessage(),
              file));
    }
  }
}
