package heapstakes.model.tcmalloc;

/**
 * The library's record of every growth of the heap, for its profilers; never given back. Guarded by
 * the heap lock.
 */
final class GrowthRecords {
  private static final long RECORD_BYTES = 264; // sizeof (StackTrace)

  private final RecordAllocator records;
  private final boolean last;
  private boolean due;

  /**
   * None yet.
   *
   * @param last whether the record is made when the operation is complete, not as the heap grows
   */
  GrowthRecords(MetadataAllocator metadata, boolean last) {
    this.records = new RecordAllocator(metadata, RECORD_BYTES);
    this.last = last;
  }

  /** The same in a forked child. */
  GrowthRecords(MetadataAllocator metadata, GrowthRecords parent) {
    this.records = new RecordAllocator(metadata, parent.records);
    this.last = parent.last;
  }

  /** The heap has got memory from the kernel. */
  void heapGrew() {
    due = true;
    if (!last) {
      operationEnds();
    }
  }

  /** What may have let the heap grow is done. */
  void operationEnds() {
    if (due) {
      due = false;
      records.allocateWhole();
    }
  }
}
