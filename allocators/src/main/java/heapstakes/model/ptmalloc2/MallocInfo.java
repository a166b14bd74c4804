package heapstakes.model.ptmalloc2;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The counters of mallinfo2(3), summed over the arenas; of mallinfo(3) in a version without it. */
final class MallocInfo {
  private long arenaBytes;
  private long binned;
  private long binnedBytes;
  private long fast;
  private long fastBytes;
  private long topBytes;
  private long tops;

  private MallocInfo() {}

  static SequencedMap<String, Long> of(Arenas arenas, Parameters parameters) {
    MallocInfo info = new MallocInfo();
    for (MallocState av : arenas.inListOrder()) {
      av.lock();
      try {
        info.add(av);
      } finally {
        av.unlock();
      }
    }
    return info.counters(arenas.main(), parameters);
  }

  private void add(MallocState av) {
    arenaBytes += av.systemBytes;
    topBytes += av.topSize();
    tops++;
    for (int index = 0; index < Fastbins.COUNT; index++) {
      for (long p = av.fastbins.head(index); p != 0; p = Chunk.fd(av.memory, p)) {
        fast++;
        fastBytes += Chunk.size(av.memory, p);
      }
    }
    for (int bin = Bins.UNSORTED; bin < Bins.END; bin++) {
      for (long p = av.bins.last(bin); !Bins.isSentinel(p); p = Chunk.bk(av.memory, p)) {
        binned++;
        binnedBytes += Chunk.size(av.memory, p);
      }
    }
  }

  private SequencedMap<String, Long> counters(MallocState main, Parameters parameters) {
    SequencedMap<String, Long> counters = wide(main, parameters);
    if (!parameters.settings().version().arenas().hasWideCounters()) {
      counters.replaceAll((name, value) -> value & 0xFFFF_FFFFL);
    }
    return counters;
  }

  private SequencedMap<String, Long> wide(MallocState main, Parameters parameters) {
    long free = topBytes + binnedBytes + fastBytes;
    SequencedMap<String, Long> counters = new LinkedHashMap<>();
    counters.put("arena", arenaBytes);
    counters.put("ordblks", tops + binned);
    counters.put("smblks", fast);
    counters.put("hblks", parameters.mappings.longValue());
    counters.put("hblkhd", parameters.mappedBytes.get());
    counters.put("usmblks", 0L);
    counters.put("fsmblks", fastBytes);
    counters.put("uordblks", arenaBytes - free);
    counters.put("fordblks", free);
    counters.put("keepcost", main.topSize());
    return counters;
  }
}
