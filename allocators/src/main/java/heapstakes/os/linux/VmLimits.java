package heapstakes.os.linux;

/**
 * Limits on the mappings of a process.
 *
 * @param maxMapCount vm.max_map_count
 * @param addressSpacePages RLIMIT_AS in pages
 * @param dataPages RLIMIT_DATA in pages
 * @param strictCommit overcommit mode 2, which ignores MAP_NORESERVE
 */
public record VmLimits(
    int maxMapCount, long addressSpacePages, long dataPages, boolean strictCommit) {
  /** Linux's defaults (linux-vm.md §4). */
  public static final VmLimits DEFAULT =
      new VmLimits(65530, Long.MAX_VALUE >>> 12, Long.MAX_VALUE >>> 12, false);
}
