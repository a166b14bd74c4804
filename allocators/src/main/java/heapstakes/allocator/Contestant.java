package heapstakes.allocator;

import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import java.util.Optional;

/**
 * An allocator with its settings, as it enters a race.
 *
 * @param provider what makes it
 * @param settings how it is set
 */
public record Contestant(AllocatorProvider provider, Settings settings) {
  /** Opens a fresh heap in {@code space}. */
  public Allocator open(AddressSpace space) {
    return provider.open(space, settings);
  }

  /** The same with {@code key} set. */
  public Contestant with(String key, String value) {
    return new Contestant(provider, settings.with(key, value));
  }

  /** As users write it; {@link Allocators#parse} reads its text back. */
  public Spec spec() {
    return new Spec(provider.name(), Optional.empty(), settings.given());
  }

  /** {@code NAME[:KEY=VALUE…]}, which {@link Allocators#parse} reads back. */
  @Override
  public String toString() {
    return spec().toString();
  }
}
