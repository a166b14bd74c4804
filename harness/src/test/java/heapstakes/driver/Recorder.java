package heapstakes.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps all that a driver reports. */
final class Recorder implements DriverListener {
  final List<Long> addresses = new ArrayList<>();
  final List<Long> locations = new ArrayList<>();
  final List<Long> breaks = new ArrayList<>();
  final List<Sample> samples = new ArrayList<>();
  final List<MemoryCall> calls = new ArrayList<>();
  final List<ResidentRange> ranges = new ArrayList<>();
  final Map<Long, Map<String, Long>> counters = new LinkedHashMap<>();

  @Override
  public void onResult(long operation, long address, long location, long breakOffset) {
    addresses.add(address);
    locations.add(location);
    breaks.add(breakOffset);
  }

  @Override
  public void onSample(Sample sample) {
    samples.add(sample);
  }

  @Override
  public void onCounters(long operation, List<String> names, long[] values) {
    Map<String, Long> byName = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      byName.put(names.get(i), values[i]);
    }
    counters.put(operation, byName);
  }

  @Override
  public void onCall(MemoryCall call) {
    calls.add(call);
  }

  @Override
  public void onPages(ResidentRange range) {
    ranges.add(range);
  }

  /** Offsets from the initial break of all blocks handed out, in order. */
  List<Long> breakOffsets() {
    return locations.stream()
        .filter(location -> Location.kind(location) == Location.Kind.BRK)
        .map(Location::offset)
        .toList();
  }
}
