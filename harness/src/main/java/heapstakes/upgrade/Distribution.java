package heapstakes.upgrade;

import heapstakes.setting.Spec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Which malloc libraries a distribution carries.
 *
 * @param id as users write it, e.g. {@code debian12}
 * @param title its name for people
 * @param libraries by the name of the library, e.g. {@code glibc}
 */
public record Distribution(String id, String title, SequencedMap<String, Carried> libraries) {
  /** The contestant that is a library, by the library's name. */
  public static final Map<String, String> CONTESTANTS =
      Map.of(
          "glibc", "native-glibc",
          "musl", "native-musl",
          "jemalloc", "native-jemalloc",
          "gperftools", "native-tcmalloc",
          "mimalloc", "native-mimalloc");

  /** C libraries, whose malloc a program gets that asks for none. */
  private static final List<String> STANDARD = List.of("glibc", "musl");

  /**
   * A library in it.
   *
   * @param version its number; empty where it is not packaged
   * @param build how it was compiled, as settings of its model
   * @param isChecked whether the source was read for this table, or the fact is from memory
   * @param source of the fact
   */
  public record Carried(
      Optional<String> version,
      SequencedMap<String, String> build,
      boolean isChecked,
      String source) {}

  /** The library whose malloc a program gets that asks for none. */
  public String standard() {
    return STANDARD.stream().filter(this::carries).findFirst().orElseThrow();
  }

  /** What is known of {@code library}; empty where nothing is. */
  public Optional<Carried> find(String library) {
    return Optional.ofNullable(libraries.get(library));
  }

  /** Whether {@code library} is packaged in it. */
  public boolean carries(String library) {
    return find(library).flatMap(Carried::version).isPresent();
  }

  /** {@code library}, which it carries, as a contestant. */
  public Spec contestant(String library) {
    return Spec.parse(
        CONTESTANTS.get(library) + "@" + find(library).flatMap(Carried::version).orElseThrow());
  }
}
