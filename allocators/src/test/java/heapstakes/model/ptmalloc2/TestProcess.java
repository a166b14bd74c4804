package heapstakes.model.ptmalloc2;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.ThreadAllocator;
import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.SequencedMap;

/** A process of a C program: an address space, its malloc and the initial thread. */
record TestProcess(AddressSpace space, Allocator heap, ThreadAllocator main)
    implements AutoCloseable {

  /**
   * @param settings as after the colon on the command line, e.g. {@code "mxfast=0"}
   */
  static TestProcess start(String settings) {
    return start(open(), settings);
  }

  static TestProcess start(AddressSpace space, String settings) {
    Allocator heap =
        Allocators.parse(settings.isEmpty() ? "ptmalloc2" : "ptmalloc2:" + settings).open(space);
    return new TestProcess(space, heap, heap.attach());
  }

  /** Simulated memory, so that tests give the same anywhere. */
  static AddressSpace open() {
    return Machine.parse("simulated").open();
  }

  Memory memory() {
    return space.memory();
  }

  /** From the initial break, in bytes. */
  long offset(long address) {
    return address - space.initialBreak();
  }

  /** How far the break has moved, in bytes. */
  long breakOffset() {
    return offset(space.programBreak());
  }

  /** malloc, as an offset from the initial break. */
  long malloc(long bytes) {
    return offset(main.malloc(bytes));
  }

  void free(long offset) {
    main.free(offset + space.initialBreak());
  }

  long counter(String name) {
    return counters().getOrDefault(name, -1L);
  }

  SequencedMap<String, Long> counters() {
    return heap.counters();
  }

  @Override
  public void close() {
    heap.close();
    space.close();
  }
}
