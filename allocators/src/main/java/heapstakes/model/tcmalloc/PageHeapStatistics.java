package heapstakes.model.tcmalloc;

/** What the page heap counts, in bytes and counts since the start. Guarded by the heap lock. */
final class PageHeapStatistics {
  long heapBytes; // taken for the heap, metadata not included; never shrinks
  long committedBytes;
  long scavengeCount;
  long commitCount;
  long totalCommitBytes;
  long decommitCount;
  long totalDecommitBytes;
  long reserveCount;
  long totalReserveBytes;

  PageHeapStatistics() {}

  PageHeapStatistics(PageHeapStatistics parent) {
    heapBytes = parent.heapBytes;
    committedBytes = parent.committedBytes;
    scavengeCount = parent.scavengeCount;
    commitCount = parent.commitCount;
    totalCommitBytes = parent.totalCommitBytes;
    decommitCount = parent.decommitCount;
    totalDecommitBytes = parent.totalDecommitBytes;
    reserveCount = parent.reserveCount;
    totalReserveBytes = parent.totalReserveBytes;
  }

  void grown(long bytes) {
    heapBytes += bytes;
    reserveCount++;
    totalReserveBytes += bytes;
    committed(bytes);
  }

  void committed(long bytes) {
    commitCount++;
    committedBytes += bytes;
    totalCommitBytes += bytes;
  }

  void decommitted(long bytes) {
    committedBytes -= bytes;
    totalDecommitBytes += bytes;
  }
}
