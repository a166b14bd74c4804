package heapstakes.model.tcmalloc;

import heapstakes.allocator.Allocators;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import java.util.SequencedMap;

/** A twin in a process of its own, with the break where the recorded one had it. */
final class TcMallocHeap implements AutoCloseable {
  /** Break of §15 and §16 of the specification's tables. */
  static final long BREAK = 0x5555_5556_9000L;

  private static final long METADATA_BYTES = 8L << 20; // the first chunk lies before the heap

  final AddressSpace space;
  final TcMalloc heap;
  final TcMallocThread main;
  final long initialBreak;

  private TcMallocHeap(AddressSpace space, String contestant, long initialBreak) {
    this.space = space;
    this.initialBreak = initialBreak;
    space.sbrk(initialBreak - space.programBreak());
    heap = (TcMalloc) Allocators.parse(contestant).open(space);
    main = (TcMallocThread) heap.attach();
  }

  static TcMallocHeap open(String settings) {
    return open(settings, BREAK);
  }

  static TcMallocHeap open(String settings, long initialBreak) {
    return new TcMallocHeap(newSpace(), named("tcmalloc", settings), initialBreak);
  }

  /** A process of its own for a heap. */
  static AddressSpace newSpace() {
    return Machine.parse("simulated").open();
  }

  static TcMallocHeap open(AddressSpace space, String settings) {
    return new TcMallocHeap(space, named("tcmalloc", settings), space.programBreak());
  }

  /** Of another version than the bare name means. */
  static TcMallocHeap ofVersion(String number, String settings) {
    return new TcMallocHeap(newSpace(), named("tcmalloc@" + number, settings), BREAK);
  }

  private static String named(String name, String settings) {
    return settings.isEmpty() ? name : name + ":" + settings;
  }

  TcMallocThread newThread() {
    return (TcMallocThread) heap.attach();
  }

  /** Where the first span of the heap starts. */
  long heapBase() {
    return (initialBreak + METADATA_BYTES + 8191) / 8192 * 8192;
  }

  long counter(String name) {
    SequencedMap<String, Long> counters = heap.counters();
    Long value = counters.get(name);
    if (value == null) {
      throw new AssertionError("no counter " + name + " among " + counters.keySet());
    }
    return value;
  }

  String text(String counter) {
    return Long.toString(counter(counter));
  }

  long residentKib() {
    return space.statistics().residentBytes() / 1024;
  }

  @Override
  public void close() {
    heap.close();
    space.close();
  }
}
