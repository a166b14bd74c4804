package heapstakes.allocator;

import heapstakes.setting.Release;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the version of a model that {@code NAME@VERSION} asks for. */
public final class Versions {
  private Versions() {}

  /**
   * The one of {@code known} that is numbered {@code wanted}.
   *
   * @param name of the model
   * @param known at least one; the bare name means the first
   * @param number of a version, e.g. {@code 2.36}
   * @throws AllocatorException naming those known, the nearest and what the bare name means
   */
  public static <V> V find(String name, List<V> known, Function<V, String> number, String wanted) {
    return known.stream()
        .filter(version -> number.apply(version).equals(wanted))
        .findFirst()
        .orElseThrow(() -> unknown(name, known.stream().map(number).toList(), wanted));
  }

  /** The one of {@code known}, at least one, that is the fewest steps from {@code wanted}. */
  public static String nearest(List<String> known, String wanted) {
    return known.stream().min(Comparator.comparingLong(v -> distance(v, wanted))).orElseThrow();
  }

  /** Whether {@code model} is the twin of release {@code number} of its library. */
  public static boolean isTwinOf(AllocatorProvider model, String number) {
    return model.reference().filter(r -> Release.isOf(number, r.number())).isPresent();
  }

  /**
   * The version of {@code model}, which has some, that is the twin of release {@code number} of its
   * library; the nearest where none is.
   */
  public static String of(AllocatorProvider model, String number) {
    return twinOf(model, number).orElseGet(() -> nearest(model.versions(), number));
  }

  /** The version of {@code model} that is the twin of release {@code number}; empty if none is. */
  public static Optional<String> twinOf(AllocatorProvider model, String number) {
    return model.versions().stream()
        .filter(version -> isTwinOf(model.at(version), number))
        .findFirst();
  }

  private static AllocatorException unknown(String name, List<String> known, String wanted) {
    String nearest = nearest(known, wanted);
    return new AllocatorException(
        String.format(
            Locale.ROOT,
            """
            there is no model %s@%s. Did you mean '%s@%s'?
              Known: %s. %s alone is %s@%s.\
            """,
            name,
            wanted,
            name,
            nearest,
            known.stream().map(v -> name + "@" + v).collect(Collectors.joining(", ")),
            name,
            name,
            known.getFirst()));
  }

  /** How far two versions lie apart: a step of the first number is more than any of the second. */
  private static long distance(String a, String b) {
    return Math.abs(rank(a) - rank(b));
  }

  private static long rank(String version) {
    List<String> parts = Arrays.asList(version.split("\\.", -1));
    long rank = 0;
    for (int i = 0; i < 3; i++) {
      String part = i < parts.size() ? parts.get(i) : "";
      rank = rank * 10_000 + (part.matches("[0-9]{1,4}") ? Long.parseLong(part) : 0);
    }
    return rank;
  }

  /** A provider of an allocator that has no versions was asked for one. */
  static AllocatorException none(String name, String wanted) {
    return new AllocatorException(
        String.format(
            Locale.ROOT,
            "%s has no versions, so there is no %s@%s.\n  Write %s.",
            name,
            name,
            wanted,
            name));
  }
}
