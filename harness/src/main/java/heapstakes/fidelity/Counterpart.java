package heapstakes.fidelity;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.RealLibrary;
import heapstakes.allocator.Reference;
import heapstakes.allocator.Versions;
import heapstakes.allocator.options.JemallocOptions;
import heapstakes.cell.LibraryBuild;
import heapstakes.driver.DriverException;
import heapstakes.driver.NativeBuild;
import heapstakes.driver.NativeProcess;
import heapstakes.foreign.AddedLibraries;
import heapstakes.setting.Settings;
import java.util.Locale;
import java.util.Optional;

/** What a twin is compared with. */
public sealed interface Counterpart {

  /**
   * A real library of this machine.
   *
   * @param model the twin as it was asked for
   * @param twin the same, set for this machine
   * @param library the library's name
   * @param version the library's own statement
   * @param original the library, set as the twin is set
   */
  record Library(
      Contestant model, Contestant twin, String library, String version, Contestant original)
      implements Counterpart {

    /**
     * Looks whether it can be run, without running it.
     *
     * @throws DriverException when there is no driver, or the library cannot be read
     */
    public void requireRunnable() {
      NativeProcess.of(original);
    }
  }

  /**
   * Nothing to compare with.
   *
   * @param reason complete text
   */
  record Missing(String reason) implements Counterpart {}

  /** The reference of {@code model}, in the version that it is the twin of. */
  static Counterpart of(Contestant model) {
    Reference reference = model.provider().reference().orElse(null);
    if (reference == null) {
      return new Missing("it is the twin of no real library");
    }
    AllocatorProvider provider = model.provider();
    Optional<String> obstacle =
        provider
            .undeployable(model.settings())
            .or(() -> otherMachine(model, reference))
            .or(() -> leftOff(model));
    return obstacle.isPresent() ? new Missing(obstacle.get()) : library(model, reference);
  }

  /** A model whose library counts processors is to be set for as many as there are here. */
  private static Optional<String> otherMachine(Contestant model, Reference reference) {
    return reference
        .processors()
        .filter(count -> model.settings().isGiven(count.key()))
        .filter(count -> model.settings().number(count.key()) != Processors.counted(count.asks()))
        .map(count ->
            String.format(
                Locale.ROOT,
                "%s=%s, but the library counts %d processors here",
                count.key(),
                model.settings().text(count.key()),
                Processors.counted(count.asks())));
  }

  /** jemalloc has no arenas of processors where it cannot be sure how many there are. */
  private static Optional<String> leftOff(Contestant model) {
    String key = JemallocOptions.PERCPU_ARENA;
    boolean asked =
        model.settings().given().containsKey(key)
            && !model.settings().text(key).equals(JemallocOptions.NO_PERCPU_ARENA)
            && !model.settings().given().containsKey("narenas");
    return asked && !Processors.areAllAllowed()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s=%s: a process may run on some of this machine's processors only, where the"
                    + " library leaves that off; give narenas",
                key,
                model.settings().text(key)))
        : Optional.empty();
  }

  private static Counterpart library(Contestant model, Reference reference) {
    AllocatorProvider found =
        Allocators.all().stream()
            .filter(p -> p.name().equals(reference.library()))
            .findFirst()
            .orElse(null);
    if (found == null) {
      return new Missing("there is no contestant " + reference.library());
    }
    AllocatorProvider provider = found.at(reference.number());
    Optional<String> reason = provider.unavailable();
    if (reason.isPresent()) {
      String why =
          found.unavailable().isPresent() ? reason.get() : otherVersion(model, reference, found);
      return new Missing(
          String.format(Locale.ROOT, "the twin is of %s: %s", reference.version(), why));
    }
    Optional<String> noDriver = NativeBuild.ofDriver().unavailable();
    return noDriver.isPresent() ? new Missing(noDriver.get()) : builtAlike(model, provider);
  }

  /** That {@code installed} is of another version, and what can be compared with it. */
  private static String otherVersion(
      Contestant model, Reference reference, AllocatorProvider installed) {
    String version = installed.lineage().version();
    String twin =
        Versions.twinOf(model.provider(), Lineage.number(version))
            .map(number ->
                String.format(Locale.ROOT, "Write %s@%s, or add", model.provider().name(), number))
            .orElse("No model is its twin. Add");
    return String.format(
        Locale.ROOT,
        """
        the library found here is %s%s.
          %s %s: heapstakes library add FILE\
        """,
        version,
        installed.library().flatMap(RealLibrary::file).map(file -> " (" + file + ")").orElse(""),
        twin,
        reference.version());
  }

  /** The library, or another build of it, that was compiled as the model is set to be. */
  private static Counterpart builtAlike(Contestant model, AllocatorProvider provider) {
    Optional<String> key =
        model.provider().reference().flatMap(Reference::build).filter(model.settings()::isGiven);
    if (key.isEmpty()) {
      return with(model, provider);
    }
    Contestant first = named(provider);
    return LibraryBuild.alike(model, first)
        .<Counterpart>map(library -> with(model, library.provider()))
        .orElseGet(() ->
            new Missing(
                String.format(
                    Locale.ROOT,
                    "%s=%s, but %s here was built with %s",
                    key.get(),
                    model.settings().text(key.get()),
                    first,
                    LibraryBuild.of(first).orElse("another"))));
  }

  private static Contestant named(AllocatorProvider provider) {
    return new Contestant(
        provider,
        AddedLibraries.version(provider),
        Settings.defaults(provider.name(), provider.settings()));
  }

  /**
   * Any library instead of the reference, set as {@code contestant} says.
   *
   * @throws DriverException when it is no library with a file
   */
  static Library against(Contestant model, Contestant contestant) {
    if (contestant.provider().library().isEmpty()) {
      throw new DriverException(
          String.format(
              Locale.ROOT,
              "%s cannot be run in a process of its own: it is no library with a file.",
              contestant));
    }
    return new Library(
        model, model, contestant.toString(), contestant.provider().lineage().version(), contestant);
  }

  private static Counterpart with(Contestant model, AllocatorProvider provider) {
    if (provider.library().filter(RealLibrary::replacesMalloc).isEmpty()) {
      return new Missing(
          provider.name() + " comes inside of heapstakes, and is of no version that is modelled");
    }
    Settings same =
        Settings.of(
            provider.name(), provider.settings(), model.provider().optionsFor(model.settings()));
    Contestant original = new Contestant(provider, AddedLibraries.version(provider), same);
    return new Library(
        model,
        builtAs(original, forThisMachine(model)),
        original.allocator(),
        provider.lineage().version(),
        original);
  }

  private static Contestant forThisMachine(Contestant model) {
    return model
        .provider()
        .reference()
        .flatMap(Reference::processors)
        .map(count -> with(model, count.key(), Integer.toString(Processors.counted(count.asks()))))
        .orElse(model);
  }

  private static Contestant builtAs(Contestant library, Contestant model) {
    String key = model.provider().reference().flatMap(Reference::build).orElse("");
    return key.isEmpty()
        ? model
        : LibraryBuild.of(library).map(built -> with(model, key, built)).orElse(model);
  }

  /** The model with the random numbers that the library has in this process. */
  static Contestant withChanceOf(LibraryStart start, Contestant model) {
    String key = model.provider().reference().flatMap(Reference::seeds).orElse("");
    return start.threadCounters() == 0 ? model : with(model, key, start.seeds());
  }

  /** Sets {@code key}, unless it is empty or the user has set it. */
  private static Contestant with(Contestant model, String key, String value) {
    if (key.isEmpty() || model.settings().isGiven(key)) {
      return model;
    }
    return model.with(key, value);
  }
}
