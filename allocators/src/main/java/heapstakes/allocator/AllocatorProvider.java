package heapstakes.allocator;

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
   * provider's own, e.g. {@code native:/path/lib.so}; empty for {@code
   * NAME[@VERSION][:KEY=VALUE…]}.
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

  /** What it is. */
  Lineage lineage();

  /** What it can do. */
  Set<Capability> capabilities();

  /** The settings it takes, in the order in which they are listed. */
  default List<Setting> settings() {
    return List.of();
  }

  /**
   * How to run a real program with these settings, e.g. {@code MALLOC_TRIM_THRESHOLD_=65536}; empty
   * where there is nothing to deploy.
   */
  default String deployableForm(Settings settings) {
    return "";
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
   * The settings of {@link #reference} with the same effect; empty where it cannot be set like
   * that.
   */
  default Optional<SequencedMap<String, String>> referenceSettings(Settings settings) {
    return undeployable(settings).isPresent() ? Optional.empty() : Optional.of(settings.given());
  }

  /**
   * Why {@link #reference} cannot be set like that; empty when {@link #deployableForm} says it all.
   */
  default Optional<String> undeployable(Settings settings) {
    return Optional.empty();
  }

  /** The library as other programs get it; empty for a model and for what comes inside of us. */
  default Optional<RealLibrary> library() {
    return Optional.empty();
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
