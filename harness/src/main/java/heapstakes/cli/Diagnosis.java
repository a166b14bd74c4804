package heapstakes.cli;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One line of {@code heapstakes doctor}.
 *
 * @param level how it is
 * @param subject what was looked at
 * @param state what was found
 * @param advice what to do; empty if nothing
 */
record Diagnosis(Level level, String subject, String state, String advice) {
  /** How something is. */
  enum Level {
    /** As it should be. */
    OK,
    /** Results suffer, or something is left out. */
    WARN,
    /** It cannot work so. */
    FAIL;

    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Diagnosis ok(String subject, String state) {
    return new Diagnosis(Level.OK, subject, state, "");
  }

  static Diagnosis warn(String subject, String state, String advice) {
    return new Diagnosis(Level.WARN, subject, state, advice);
  }

  static Diagnosis fail(String subject, String state, String advice) {
    return new Diagnosis(Level.FAIL, subject, state, advice);
  }

  /** Good if {@code good}, else to be warned of. */
  static Diagnosis warnUnless(boolean good, String subject, String state, String advice) {
    return good ? ok(subject, state) : warn(subject, state, advice);
  }
}
