package heapstakes.cli;

import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import heapstakes.setting.Printable;
import heapstakes.setting.SettingException;
import heapstakes.setting.Spelling;
import heapstakes.sweep.EngineException;
import heapstakes.trace.TraceException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells errors to people: a paragraph, no stack trace unless it is asked for. */
final class Mistakes {
  /** What the kernel says of a disk, as errno(3) has it, and how to mend it. */
  private static final Map<String, String> DISK =
      Map.of(
          "No space left on device",
          "That disk is full: free room on it, or write to another one.",
          "Disk quota exceeded",
          "Your quota is used up: free room, or write elsewhere.",
          "Read-only file system",
          "Write to a disk that can be written.");

  /** And of the process itself. */
  private static final Map<String, String> PROCESS =
      Map.of("Too many open files", "Allow more descriptors: ulimit -n 1024");

  private Mistakes() {}

  /** Writes the paragraph; the result is the exit code. */
  static int report(Exception e, boolean debug, PrintStream out) {
    out.println(Printable.lines(paragraph(e).replace(System.lineSeparator(), "\n")));
    if (debug) {
      e.printStackTrace(out);
    }
    if (e instanceof OutputException || isOfTheDisk(e)) {
      return ExitCode.OUTPUT;
    }
    return isUsage(e) && !isOfTheMachine(e) ? ExitCode.USAGE : ExitCode.CELL_FAILED;
  }

  /** Says that this JVM's own heap is full; the result is the exit code. */
  static int report(OutOfMemoryError e, boolean debug, PrintStream out) {
    out.println(
        String.format(
            Locale.ROOT,
            "heapstakes: no memory left: %s. Java's heap may have %d MiB here.%n"
                + "  Give it more: HEAPSTAKES_JAVA_OPTS=-Xmx…g. If the trace is small, it is damaged.",
            e.getMessage(),
            Runtime.getRuntime().maxMemory() >> 20));
    if (debug) {
      e.printStackTrace(out);
    }
    return ExitCode.CELL_FAILED;
  }

  /** Whether the machine had no room or no descriptor left: no command line mends that. */
  private static boolean isOfTheMachine(Throwable e) {
    return remedy(e) != null;
  }

  /** Only what is written meets these. */
  private static boolean isOfTheDisk(Throwable e) {
    return remedy(DISK, e) != null;
  }

  private static @Nullable String remedy(Throwable e) {
    String remedy = remedy(DISK, e);
    return remedy == null ? remedy(PROCESS, e) : remedy;
  }

  private static @Nullable String remedy(Map<String, String> lacks, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = cause instanceof IOException ? String.valueOf(cause.getMessage()) : "";
      for (Map.Entry<String, String> lack : lacks.entrySet()) {
        if (message.contains(lack.getKey())) {
          return lack.getValue();
        }
      }
    }
    return null;
  }

  /** Whether the user knows what to do by the message alone. */
  private static boolean isUsage(Exception e) {
    return e instanceof ParameterException
        || e instanceof SettingException
        || e instanceof TraceException
        || e instanceof UsageException
        || e instanceof EngineException
        || e instanceof ResultException;
  }

  private static String paragraph(Exception e) {
    String message = e.getMessage();
    if (e instanceof ParameterException mistake) {
      return String.format(
          Locale.ROOT,
          "heapstakes: %s%n%s  Try: %s --help",
          message == null ? "wrong usage" : message,
          suggestions(mistake),
          mistake.getCommandLine().getCommandSpec().qualifiedName());
    }
    String remedy = remedy(e);
    if (isUsage(e) && message != null) {
      return "heapstakes: " + message.stripTrailing() + (remedy == null ? "" : "\n  " + remedy);
    }
    if (remedy != null) {
      return String.format(Locale.ROOT, "heapstakes: %s%n  %s", message, remedy);
    }
    return String.format(
        Locale.ROOT,
        "heapstakes: unexpected %s: %s%n  This is a fault of heapstakes. --debug shows where.",
        e.getClass().getSimpleName(),
        message);
  }

  /** Letters that changed places: picocli compares by what two words have in common. */
  private static String nearest(UnmatchedArgumentException mistake) {
    String given = mistake.getUnmatched().isEmpty() ? "" : mistake.getUnmatched().getFirst();
    List<String> options =
        mistake.getCommandLine().getCommandSpec().options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(name -> name.startsWith("--"))
            .toList();
    String near =
        given.startsWith("--") ? Spelling.didYouMean(given.replaceFirst("=.*", ""), options) : "";
    return near.isEmpty() ? "" : String.format(Locale.ROOT, " %s%n", near);
  }

  private static String suggestions(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      return near.isEmpty()
          ? nearest(unmatched)
          : String.format(Locale.ROOT, "  Did you mean %s?%n", String.join(" or ", near));
    }
    ArgSpec option = mistake.getArgSpec();
    if (option == null || !option.type().isEnum()) {
      return "";
    }
    List<String> words =
        Arrays.stream(option.type().getEnumConstants())
            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
            .toList();
    String given = String.valueOf(mistake.getValue()).toLowerCase(Locale.ROOT);
    String near = Spelling.didYouMean(given, words);
    return near.isEmpty() ? "" : String.format(Locale.ROOT, " %s%n", near);
  }
}
