package heapstakes.os;

import org.junit.jupiter.api.Nested;

/** Simulated memory keeps the contract, with and without the fast path to host memory. */
class SimulatedLinuxContractTest extends AddressSpaceContractTest {
  @Override
  AddressSpace open() {
    return SimulatedLinuxProvider.open("");
  }

  @Nested
  class OnScatteredFrames extends AddressSpaceContractTest {
    @Override
    AddressSpace open() {
      return SimulatedLinuxProvider.open("flat=false");
    }
  }
}
