package heapstakes.results;

import java.util.OptionalLong;

/** Identities that hold of honest figures; a record that breaks one cannot be made. */
final class Checks {
  private Checks() {}

  static void requireNotNegative(String name, OptionalLong value) {
    if (value.isPresent()) {
      requireNotNegative(name, value.getAsLong());
    }
  }

  static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ", which is negative; what was not measured is left empty");
    }
  }

  /** Holds trivially where one of the two was not measured. */
  static void requireAscending(
      String lowName, OptionalLong low, String highName, OptionalLong high) {
    if (low.isPresent() && high.isPresent()) {
      requireAscending(lowName, low.getAsLong(), highName, high.getAsLong());
    }
  }

  static void requireAscending(String lowName, long low, String highName, long high) {
    if (low > high) {
      throw new IllegalArgumentException(
          lowName + " is " + low + ", more than " + highName + ", which is " + high);
    }
  }
}
