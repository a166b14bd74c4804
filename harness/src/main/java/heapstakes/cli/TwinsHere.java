package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.allocator.Versions;
import heapstakes.cell.LibraryBuild;
import heapstakes.results.environment.Environment;
import heapstakes.setting.Release;
import heapstakes.setting.Spec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The twins of the libraries of this machine: which version of a model is one's. */
final class TwinsHere {
  private TwinsHere() {}

  /**
   * A model, with its settings, in the version of the library that is installed here; where none is
   * modelled, in the nearest. What names a version stays, and what is no twin.
   */
  static String of(String text) {
    Spec spec = Spec.parse(text);
    return Allocators.all().stream()
        .filter(model -> model.name().equals(spec.name()) && spec.version().isEmpty())
        .findFirst()
        .flatMap(model -> installedFor(model).map(installed -> as(spec, model, installed)))
        .map(Spec::toString)
        .orElse(text);
  }

  private static Spec as(Spec spec, AllocatorProvider model, AllocatorProvider installed) {
    Spec chosen =
        version(model, Lineage.number(installed.lineage().version()))
            .map(version -> new Spec(spec.name(), Optional.of(version), spec.settings()))
            .orElse(spec);
    Optional<String> build = model.reference().flatMap(Reference::build);
    Contestant library = Allocators.parse(installed.name());
    return build
        .filter(key -> !spec.settings().containsKey(key))
        .filter(key -> !LibraryBuild.isAlike(Allocators.parse(chosen.toString()), library))
        .map(key -> chosen.with(key, LibraryBuild.of(library).orElseThrow()))
        .orElse(chosen);
  }

  /** The library that {@code model} is the twin of, where that is installed. */
  private static Optional<AllocatorProvider> installedFor(AllocatorProvider model) {
    return model
        .reference()
        .flatMap(reference -> library(reference))
        .filter(library -> library.unavailable().isEmpty());
  }

  private static Optional<AllocatorProvider> library(Reference reference) {
    return Allocators.all().stream()
        .filter(library -> library.name().equals(reference.library()))
        .findFirst();
  }

  /** The version to ask for; empty where the bare name means the one. */
  static Optional<String> version(AllocatorProvider model, String installed) {
    if (Versions.isTwinOf(model, installed) || model.versions().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Versions.of(model, installed))
        .filter(version -> !version.equals(model.versions().getFirst()));
  }

  /**
   * {@code model} in every version whose library is installed or added; by its bare name where none
   * is.
   */
  static List<String> withLibrary(AllocatorProvider model) {
    List<String> names =
        model.versions().stream()
            .filter(version ->
                model
                    .at(version)
                    .reference()
                    .filter(reference ->
                        library(reference)
                            .map(library -> library.at(reference.number()))
                            .filter(library -> library.unavailable().isEmpty())
                            .isPresent())
                    .isPresent())
            .map(version ->
                version.equals(model.versions().getFirst())
                    ? model.name()
                    : model.name() + "@" + version)
            .toList();
    return names.isEmpty() ? List.of(model.name()) : names;
  }

  /** What is to be said of models whose library takes part in another version only. */
  static List<String> unpaired(List<Environment.Contestant> contestants) {
    return contestants.stream()
        .flatMap(model -> unpaired(model, contestants).stream())
        .distinct()
        .toList();
  }

  private static Optional<String> unpaired(
      Environment.Contestant model, List<Environment.Contestant> all) {
    Reference reference = Allocators.parse(model.contestant()).provider().reference().orElse(null);
    if (reference == null) {
      return Optional.empty();
    }
    List<Environment.Contestant> libraries =
        all.stream()
            .filter(other -> Spec.head(other.contestant()).name().equals(reference.library()))
            .toList();
    boolean isPaired =
        libraries.stream()
            .anyMatch(other -> Release.isOf(Lineage.number(other.version()), reference.number()));
    return libraries.isEmpty() || isPaired
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s is of %s, the nearest that is modelled to %s: no pair",
                Spec.head(model.contestant()).withoutSettings(),
                reference.version(),
                libraries.getFirst().version()));
  }
}
