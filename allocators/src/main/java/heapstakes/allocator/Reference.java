package heapstakes.allocator;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The real library that a model is the twin of: what it answers to, address for address.
 *
 * @param library name of the contestant that is this library, e.g. {@code native-glibc}
 * @param version which it must have, as its {@link Lineage} states it, e.g. {@code "glibc 2.36"}
 * @param processors the model's setting for how many processors the library counts; empty where
 *     that makes no difference
 * @param seeds the model's setting for addresses of the process that decide the library's random
 *     numbers; empty where none do
 * @param build the model's setting for how the library was compiled; empty where that makes no
 *     difference
 */
public record Reference(
    String library,
    String version,
    Optional<Processors> processors,
    Optional<String> seeds,
    Optional<String> build) {

  /**
   * What a library asks for when it counts processors. No control group's share of them makes a
   * difference to either.
   */
  public enum Asks {
    /** Those that are online: get_nprocs(3), whatever the process may run on. */
    ONLINE,
    /** Those that the process may run on: sched_getaffinity(2). */
    ALLOWED
  }

  /**
   * The model's setting for processors.
   *
   * @param key of the setting
   * @param asks what the library counts
   */
  public record Processors(String key, Asks asks) {}

  /** Its version as {@code NAME@VERSION} has it, e.g. {@code 2.36}. */
  public String number() {
    return Lineage.number(version);
  }

  /** The model's settings that say what the library finds out for itself. */
  Stream<String> ofTheMachine() {
    return Stream.of(processors.map(Processors::key), seeds).flatMap(Optional::stream);
  }

  /** Without settings for the machine or the process. */
  public Reference(String library, String version) {
    this(library, version, Optional.empty(), Optional.empty());
  }

  /** Of a library that is the same however it was compiled. */
  public Reference(
      String library, String version, Optional<Processors> processors, Optional<String> seeds) {
    this(library, version, processors, seeds, Optional.empty());
  }
}
