package heapstakes.model.jemalloc;

import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.setting.Settings;
import java.util.Arrays;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** A twin in a process of its own. */
final class TestHeap implements AutoCloseable {
  private static final String ALL = "arenas.4096.";

  final AddressSpace space;
  final Jemalloc heap;
  final JemallocThread main;

  private TestHeap(AddressSpace space, String settings) {
    this.space = space;
    JemallocVersion version = JemallocVersion.V5_3_0;
    Settings all = Settings.parse("jemalloc", JemallocSettings.list(version), settings);
    heap = new Jemalloc(space, version, JemallocSettings.of(version, all));
    main = (JemallocThread) heap.attach();
  }

  static TestHeap open(String settings) {
    return open(newSpace(), settings);
  }

  static TestHeap open(AddressSpace space, String settings) {
    return new TestHeap(space, settings);
  }

  /** A process of its own for a heap. */
  static AddressSpace newSpace() {
    return Machine.parse("simulated").open();
  }

  JemallocThread newThread() {
    return (JemallocThread) heap.attach();
  }

  /** Control {@code arena.0.decay}. */
  void poll() {
    heap.arenas().first().pages.purger.poll();
  }

  void passMillis(long millis) {
    space.clock().advance(millis * 1_000_000);
  }

  long residentKib() {
    return space.statistics().residentBytes() / 1024;
  }

  /** A counter of {@code stats.}, or of {@code stats.arenas.4096.} after a dot. */
  long counter(String name) {
    return counter(heap.counters(), name);
  }

  private static long counter(SequencedMap<String, Long> counters, String name) {
    String full = "stats." + (name.startsWith(".") ? ALL + name.substring(1) : name);
    Long value = counters.get(full);
    if (value == null) {
      throw new AssertionError("no counter " + full);
    }
    return value;
  }

  /** Values of the counters named, with spaces between both. */
  String figures(String names) {
    SequencedMap<String, Long> counters = heap.counters();
    return Arrays.stream(names.split(" "))
        .map(name -> Long.toString(counter(counters, name)))
        .collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    heap.close();
    space.close();
  }
}
