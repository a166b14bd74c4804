package heapstakes.workload.imported;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of ltrace, without what its options put around a call: the process of {@code -f}, the
 * times of {@code -r}, {@code -t}, {@code -tt} and {@code -ttt}, the instruction pointer of {@code
 * -i}, the seconds of {@code -T} behind the result. C++'s operators are told by their mangled names
 * and, with {@code -C}, by the demangled ones.
 *
 * @param thread the process's number as ltrace prints it, at most seven digits; 0 if it prints none
 * @param kind what the line says
 * @param call the call that begins or ends here; without arguments if it was interrupted; null but
 *     for {@link Kind#CALL} and {@link Kind#RESUMED}
 */
record LtraceLine(int thread, Kind kind, @Nullable CallText call) {
  enum Kind {
    /** A call of an allocator's function, whole or its first part. */
    CALL,
    /** The second part of such a call. */
    RESUMED,
    /** The thread or process has ended. */
    EXIT,
    /** Calls of other functions, signals, and what the program itself printed. */
    OTHER
  }

  private static final Set<String> FUNCTIONS =
      Set.of(
          "malloc",
          "calloc",
          "realloc",
          "reallocarray",
          "free",
          "memalign",
          "aligned_alloc",
          "posix_memalign",
          "valloc",
          "pvalloc");

  private static final Pattern PREFIX =
      Pattern.compile(
          "(?:\\[pid +(\\d{1,7})] *|(\\d{1,7}) +)?"
              + "(?:(?:\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?|\\d{1,12}\\.\\d+) +)?"
              + "(?:\\[0x[0-9a-f]+] +)?");
  private static final Pattern NAME =
      Pattern.compile("(?:[^ (]+->)?([A-Za-z_]\\w*)(?:@[^ (]+)?(?=\\()");

  /** As {@code -C} prints them: the types of the parameters stand before the arguments. */
  private static final Pattern OPERATOR =
      Pattern.compile("(?:[^ (]+->)?operator (new|delete)(?:\\[])?\\(([^()]*)\\)(?:@[^ (]+)?");

  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. (.+?) resumed> ");
  private static final Pattern SECONDS = Pattern.compile(" <\\d+\\.\\d+>$");
  private static final String ALIGNED = "align_val_t";

  static LtraceLine of(String text) {
    Matcher prefix = PREFIX.matcher(text);
    boolean has = prefix.lookingAt();
    String rest = has ? text.substring(prefix.end()) : text;
    int thread = has ? number(prefix.group(1), prefix.group(2)) : 0;
    if (rest.startsWith("+++ exited") || rest.startsWith("+++ killed")) {
      return new LtraceLine(thread, Kind.EXIT, null);
    }
    String untimed = SECONDS.matcher(rest).replaceFirst("");
    Matcher resumed = RESUMED.matcher(untimed);
    if (resumed.lookingAt()) {
      Function function = function(resumed.group(1) + "(");
      String trailer = untimed.substring(resumed.end());
      return function == null
          ? new LtraceLine(thread, Kind.OTHER, null)
          : new LtraceLine(
              thread, Kind.RESUMED, new CallText(function.name(), List.of(), trailer, false));
    }
    return new LtraceLine(thread, untimed);
  }

  private LtraceLine(int thread, String text) {
    this(thread, call(text));
  }

  private LtraceLine(int thread, @Nullable CallText call) {
    this(thread, call == null ? Kind.OTHER : Kind.CALL, call);
  }

  private static @Nullable CallText call(String text) {
    Function function = function(text);
    if (function == null) {
      return null;
    }
    CallText call = CallText.of(function.name() + text.substring(function.end()));
    // ltrace has blanks before the result, which others that print calls have not.
    return call == null || !(call.unfinished() || text.contains(") ")) ? null : call;
  }

  /** An allocator's function, and where its name ends in the text. */
  private record Function(String name, int end) {}

  private static @Nullable Function function(String text) {
    Matcher operator = OPERATOR.matcher(text);
    if (operator.lookingAt()) {
      boolean aligned = operator.group(2).contains(ALIGNED);
      String mangled =
          operator.group(1).equals("delete")
              ? "_ZdlPv"
              : aligned ? "_ZnwmSt11align_val_t" : "_Znwm";
      return new Function(mangled, operator.end());
    }
    Matcher name = NAME.matcher(text);
    return name.lookingAt() && isKnown(name.group(1))
        ? new Function(name.group(1), name.end())
        : null;
  }

  private static boolean isKnown(String name) {
    return FUNCTIONS.contains(name) || isNew(name) || isDelete(name);
  }

  /** Whether it is C++'s {@code operator new} or {@code new[]}. */
  static boolean isNew(String name) {
    return name.startsWith("_Znw") || name.startsWith("_Zna");
  }

  /** Whether it is C++'s {@code operator new} with an alignment behind the size. */
  static boolean isAlignedNew(String name) {
    return isNew(name) && name.contains(ALIGNED);
  }

  /** Whether it is C++'s {@code operator delete} or {@code delete[]}. */
  static boolean isDelete(String name) {
    return name.startsWith("_ZdlPv") || name.startsWith("_ZdaPv");
  }

  private static int number(@Nullable String bracketed, @Nullable String bare) {
    String digits = bracketed != null ? bracketed : bare;
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
