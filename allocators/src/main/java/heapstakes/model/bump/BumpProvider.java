package heapstakes.model.bump;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Set;

/** The floor of every comparison: moves the program break, never reuses. */
public final class BumpProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "bump";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("1", "sbrk only, free does nothing: the floor");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.FORKS);
  }

  @Override
  public List<Setting> settings() {
    // 132 KiB: by how much glibc moves the break for a small request (128 KiB pad and the request).
    return List.of(
        Setting.size(
            "step", "132K", 4096, 1L << 30, "bytes by which the break moves, whole pages"));
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    return new BumpAllocator(space, settings.number("step"));
  }
}
