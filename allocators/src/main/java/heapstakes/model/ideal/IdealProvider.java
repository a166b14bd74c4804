package heapstakes.model.ideal;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Lineage;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import java.util.Set;

/** The bound that nobody can beat: live bytes, rounded up to pages. */
public final class IdealProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "ideal";
  }

  @Override
  public Lineage lineage() {
    return new Lineage("1", "live bytes rounded up to pages: a bound, nothing to deploy");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY, Capability.FORKS);
  }

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean simulates() {
    return true;
  }

  @Override
  public Allocator open(AddressSpace space, Settings settings) {
    AddressSpace elsewhere = Machine.parse("simulated").open();
    return new IdealHeap(space, elsewhere, Allocators.parse("ptmalloc2").open(elsewhere));
  }
}
