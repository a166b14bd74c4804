package heapstakes.os.simulated;

import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceContractTest;
import org.junit.jupiter.api.Nested;

/** Simulated memory keeps the contract, with and without the fast path to host memory. */
class SimulatedLinuxContractTest extends AddressSpaceContractTest {
  @Override
  protected AddressSpace open() {
    return SimulatedLinuxProvider.open("");
  }

  @Nested
  class OnScatteredFrames extends AddressSpaceContractTest {
    @Override
    protected AddressSpace open() {
      return SimulatedLinuxProvider.open("flat=false");
    }
  }
}
