package heapstakes.netty;

import io.netty.util.internal.CleanableDirectBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The chunks that a pool has from its JVM. Only the release of one can take pages away, so that a
 * look before each finds the exact peak of what is resident. Used by one thread at a time.
 */
final class ChunkBook {
  private final ResidentPages pages = new ResidentPages();
  private final NavigableMap<Long, Long> live = new TreeMap<>(); // start → end
  private final NavigableMap<Long, Long> gone = new TreeMap<>(); // the same, of released ones
  private Runnable beforeRelease = () -> {};
  private long mapped;
  private long peakMapped;
  private long peakResident;
  private long returned;
  private long obtained;
  private long released;

  /** Is called before a chunk goes, for one that has come in the same call and is not known yet. */
  void beforeRelease(Runnable hook) {
    beforeRelease = hook;
  }

  /** The same chunk, booked from now until it is released; one that is already, as it is. */
  CleanableDirectBuffer booked(CleanableDirectBuffer chunk) {
    return chunk instanceof Booked ? chunk : new Booked(chunk);
  }

  /** A chunk that says when it is released. */
  private final class Booked implements CleanableDirectBuffer {
    private final CleanableDirectBuffer chunk;
    private final long start;
    private final long end;

    Booked(CleanableDirectBuffer chunk) {
      this.chunk = chunk;
      MemorySegment bytes = MemorySegment.ofBuffer(chunk.buffer().duplicate().clear());
      start = bytes.address();
      end = start + bytes.byteSize();
      live.put(start, end);
      obtained++;
      mapped += end - start;
      peakMapped = Math.max(peakMapped, mapped);
    }

    @Override
    public ByteBuffer buffer() {
      return chunk.buffer();
    }

    @Override
    public boolean hasMemoryAddress() {
      return chunk.hasMemoryAddress();
    }

    @Override
    public long memoryAddress() {
      return chunk.memoryAddress();
    }

    @Override
    public void clean() {
      beforeRelease.run();
      if (mapped > peakResident) { // else it cannot have been passed
        residentBytes();
      }
      long before = pages.bytes(start, end);
      chunk.clean();
      returned += Math.max(0, before - pages.bytes(start, end));
      released++;
      mapped -= end - start;
      live.remove(start);
      gone.merge(start, end, Math::max);
    }
  }

  /** Bytes of chunks that are not released. */
  long mappedBytes() {
    return mapped;
  }

  /** Highest {@link #mappedBytes} so far. */
  long peakMappedBytes() {
    return peakMapped;
  }

  /** Of those, bytes in resident pages: looks at each page. */
  long residentBytes() {
    long bytes = sum(live);
    peakResident = Math.max(peakResident, bytes);
    return bytes;
  }

  /** Highest {@link #residentBytes} so far. */
  long peakResidentBytes() {
    residentBytes();
    return peakResident;
  }

  /** Resident bytes that were gone when chunks had been released. */
  long returnedBytes() {
    return returned;
  }

  /** Where a block that ends at {@code end} lies, there must be a chunk. */
  boolean holds(long start, long end) {
    Map.Entry<Long, Long> chunk = live.floorEntry(start);
    return chunk != null && end <= chunk.getValue();
  }

  /** The book as counters. */
  void count(Map<String, Long> counters) {
    counters.put("chunks.obtained", obtained);
    counters.put("chunks.released", released);
    counters.put("chunks.bytes", mapped);
    counters.put("chunks.released.stillResident", releasedBytes());
  }

  /**
   * Bytes of released chunks, where no chunk is now, in pages that the process has still, or again.
   */
  private long releasedBytes() {
    long bytes = 0;
    long at = 0;
    for (Map.Entry<Long, Long> range : gone.entrySet()) {
      at = Math.max(at, range.getKey());
      while (at < range.getValue()) {
        Map.Entry<Long, Long> chunk = live.floorEntry(at);
        if (chunk != null && chunk.getValue() > at) {
          at = chunk.getValue();
          continue;
        }
        Long next = live.ceilingKey(at);
        long end = next == null ? range.getValue() : Math.min(next, range.getValue());
        bytes += pages.bytes(at, end);
        at = end;
      }
    }
    return bytes;
  }

  private long sum(NavigableMap<Long, Long> ranges) {
    long bytes = 0;
    for (Map.Entry<Long, Long> range : ranges.entrySet()) {
      bytes += pages.bytes(range.getKey(), range.getValue());
    }
    return bytes;
  }
}
