package heapstakes.allocator;

import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An allocator with its settings, as it enters a race.
 *
 * @param provider what makes it, in that version
 * @param version as it was asked for; empty: by the bare name
 * @param settings how it is set
 */
public record Contestant(AllocatorProvider provider, Optional<String> version, Settings settings) {

  /** By its bare name. */
  public Contestant(AllocatorProvider provider, Settings settings) {
    this(provider, Optional.empty(), settings);
  }

  /**
   * Opens a fresh heap in {@code space}.
   *
   * @throws AllocatorException when it cannot be opened, or asks for what this memory has not
   */
  public Allocator open(AddressSpace space) {
    if (!space.maps() && can(Capability.ANY_MEMORY) && !can(Capability.COMMITS)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "%s asks the kernel for brk and mmap; this one has neither, it reserves and commits.\n"
                  + "  Run %1$s on a simulated Linux or on linux memory; here runs ntheap.",
              this));
    }
    return provider.open(space, settings);
  }

  /** Whether it has {@code capability}. */
  public boolean can(Capability capability) {
    return provider.capabilities().contains(capability);
  }

  /**
   * Lets pass what can run here.
   *
   * @throws AllocatorException saying why it cannot and how to mend that
   */
  public void requireAvailable() {
    provider
        .unavailable()
        .ifPresent(why -> {
          throw new AllocatorException(
              String.format(Locale.ROOT, "%s cannot run here: %s", this, why));
        });
  }

  /** The same with {@code key} set. */
  public Contestant with(String key, String value) {
    return new Contestant(provider, version, settings.with(key, value));
  }

  /** As users write it; {@link Allocators#parse} reads its text back. */
  public Spec spec() {
    return new Spec(provider.name(), version, settings.given());
  }

  /** Name and version without settings. */
  public String allocator() {
    return spec().withoutSettings().toString();
  }

  /**
   * The real library, in its version and with the options that make it the same; empty for what is
   * no twin, and where nothing that the library can be told does what is set here.
   */
  public Optional<Spec> twinOf() {
    return provider
        .reference()
        .filter(reference -> provider.undeployable(settings).isEmpty())
        .filter(reference -> reference.ofTheMachine().noneMatch(settings::isGiven))
        .map(reference ->
            new Spec(
                reference.library(),
                Optional.of(reference.number()),
                provider.optionsFor(settings)));
  }

  /** How far it is known, set as it is, to do what it is named after. */
  public Badge badge() {
    boolean unlike = provider.badge() == Badge.TWIN && twinOf().isEmpty();
    return unlike ? Badge.BY_DESCRIPTION : provider.badge();
  }

  /** The variables that a real program is started with to have these settings; often none. */
  public SequencedMap<String, String> environment() {
    return provider.options().environment(provider.optionsFor(settings));
  }

  /** {@code NAME[@VERSION][:KEY=VALUE…]}, which {@link Allocators#parse} reads back. */
  @Override
  public String toString() {
    return spec().toString();
  }
}
