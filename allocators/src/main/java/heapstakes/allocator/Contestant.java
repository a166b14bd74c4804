package heapstakes.allocator;

import heapstakes.os.AddressSpace;
import heapstakes.setting.Settings;

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

  /** {@code NAME[:KEY=VALUE…]}, which {@link Allocators#parse} reads back. */
  @Override
  public String toString() {
    String given = settings.toString();
    return given.isEmpty() ? provider.name() : provider.name() + ":" + given;
  }
}
