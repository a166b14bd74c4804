package heapstakes.allocator;

import heapstakes.allocator.options.LibraryOptions;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Makes allocators of one kind; the only public class of a {@code model.*} package. Found by {@code
 * META-INF/services}; must be cheap to construct.
 */
public interface AllocatorProvider {
  /** Name on the command line, e.g. {@code ptmalloc2}. */
  String name();

  /** The providers it stands for: itself, unless one class serves several names. */
  default List<AllocatorProvider> providers() {
    return List.of(this);
  }

  /**
   * The provider that {@code text}, a contestant as the user wrote it, names by rules of this
   * provider's own, e.g. {@code native:/path/lib.so}; its {@link #name} is the text up to the colon
   * before the settings. Empty for {@code NAME[@VERSION][:KEY=VALUE…]}.
   *
   * @throws AllocatorException when the text is meant for this provider but malformed
   */
  default Optional<AllocatorProvider> named(String text) {
    return Optional.empty();
  }

  /**
   * The versions it can be asked for, {@code NAME@VERSION}; the bare name means the first. Empty
   * where there are none, or where only the library found decides.
   */
  default List<String> versions() {
    return List.of();
  }

  /**
   * What {@code NAME@VERSION} means: lineage and reference are those of the version.
   *
   * @throws AllocatorException when there is no such version
   */
  default AllocatorProvider at(String version) {
    throw Versions.none(name(), version);
  }

  /**
   * The rules in which {@code other}, the same model in another version, differs from this one;
   * empty where versions are not made of rules.
   */
  default List<VersionRule> rules(AllocatorProvider other) {
    return List.of();
  }

  /**
   * This version with some rules of another: what no library is, to find out what a rule does.
   *
   * @param other the same model in another version
   * @param keys of {@link #rules} that are taken from it
   */
  default AllocatorProvider with(AllocatorProvider other, Set<String> keys) {
    throw new AllocatorException(name() + " is not made of rules that can be changed alone");
  }

  /** What it descends from; a real library may be loaded to be asked. */
  Lineage lineage();

  /** How far it is known to be that; told without loading anything. */
  default Badge badge() {
    return reference().isPresent() ? Badge.TWIN : Badge.BY_DESCRIPTION;
  }

  /** What it can do. */
  Set<Capability> capabilities();

  /** The settings it takes, in the order in which they are listed. */
  default List<Setting> settings() {
    return List.of();
  }

  /** The options of the real library that it is, or is the twin of. */
  default LibraryOptions options() {
    return LibraryOptions.NONE;
  }

  /**
   * Values worth trying, beside the default, when somebody looks for the best settings; only such
   * as the real library takes.
   */
  default SequencedMap<String, List<String>> worthTrying() {
    return new LinkedHashMap<>();
  }

  /** The real library that it is the twin of; empty for what is no twin. */
  default Optional<Reference> reference() {
    return Optional.empty();
  }

  /**
   * Those of {@link #options} that have the effect of {@code settings}, values by key; what no
   * option does is left out, and {@link #undeployable} says so.
   */
  default SequencedMap<String, String> optionsFor(Settings settings) {
    SequencedMap<String, String> given = new LinkedHashMap<>(settings.given());
    given.keySet().removeIf(key -> options().find(key).isEmpty());
    return given;
  }

  /** Why {@link #reference} cannot be set like that; empty when {@link #optionsFor} says it all. */
  default Optional<String> undeployable(Settings settings) {
    return Optional.empty();
  }

  /** The library as other programs get it; empty for a model and for what comes inside of us. */
  default Optional<RealLibrary> library() {
    return Optional.empty();
  }

  /** How it is run, if it is a pool of Java's own. */
  default Optional<JavaPool> javaPool() {
    return Optional.empty();
  }

  /**
   * Whether it runs in a process of its own only, so that {@link #open} fails: a JVM has a C
   * library and cannot take another, and a pool of Java's has the settings of its JVM.
   */
  default boolean needsAProcess() {
    return javaPool().isPresent() || library().flatMap(RealLibrary::loader).isPresent();
  }

  /** Whether it is a bound to see others by, which no program could have. */
  default boolean isBound() {
    return false;
  }

  /** Whether it has simulated memory of its own, beside the memory that it is given. */
  default boolean simulates() {
    return false;
  }

  /** Why it cannot run here and how to mend that; empty when it can. */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /**
   * Opens a fresh heap.
   *
   * @param space the process's memory; a native library ignores it
   * @param settings values for {@link #settings}, already checked against their ranges
   * @throws AllocatorException when it cannot be opened
   */
  Allocator open(AddressSpace space, Settings settings);
}
