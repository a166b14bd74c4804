package heapstakes.model.ntheap;

/**
 * RTL_HEAP_PARAMETERS, and when the front end takes over; bytes.
 *
 * @param segmentReserve reserved for the first segment, twice as much for each next one
 * @param segmentCommit committed of a segment first
 * @param deCommitFreeBlock a free block of less stays committed
 * @param deCommitTotalFree while less is free all of it stays committed
 * @param virtualMemoryThreshold a larger block is reserved and committed alone
 * @param lfh whether there is a front end
 * @param lfhActivation allocations of a size that the back end serves before
 */
record HeapParameters(
    long segmentReserve,
    long segmentCommit,
    long deCommitFreeBlock,
    long deCommitTotalFree,
    long virtualMemoryThreshold,
    boolean lfh,
    int lfhActivation) {}
