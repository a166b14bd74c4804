package heapstakes.cli;

import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import heapstakes.setting.SettingException;
import heapstakes.trace.TraceException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells errors to people: a paragraph, no stack trace unless it is asked for. */
final class Mistakes {
  private Mistakes() {}

  /** Writes the paragraph; the result is the exit code. */
  static int report(Exception e, boolean debug, PrintStream out) {
    out.println(paragraph(e));
    if (debug) {
      e.printStackTrace(out);
    }
    if (e instanceof OutputException) {
      return ExitCode.OUTPUT;
    }
    return isUsage(e) ? ExitCode.USAGE : ExitCode.CELL_FAILED;
  }

  /** Whether the user knows what to do by the message alone. */
  private static boolean isUsage(Exception e) {
    return e instanceof ParameterException
        || e instanceof SettingException
        || e instanceof TraceException
        || e instanceof UsageException
        || e instanceof ResultException;
  }

  private static String paragraph(Exception e) {
    String message = e.getMessage();
    if (e instanceof ParameterException mistake) {
      return "heapstakes: %s%n%s  Try: %s --help"
          .formatted(
              message == null ? "wrong usage" : message,
              suggestions(mistake),
              mistake.getCommandLine().getCommandSpec().qualifiedName());
    }
    if (isUsage(e) && message != null) {
      return "heapstakes: " + message.stripTrailing();
    }
    return "heapstakes: unexpected %s: %s%n  This is a fault of heapstakes. --debug shows where."
        .formatted(e.getClass().getSimpleName(), message);
  }

  private static String suggestions(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        return "  Did you mean %s?%n".formatted(String.join(" or ", near));
      }
    }
    return "";
  }
}
