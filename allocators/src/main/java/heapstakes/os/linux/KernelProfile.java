package heapstakes.os.linux;

/**
 * What differs between kernel versions (linux-vm.md §14).
 *
 * @param version as users write it
 * @param alignsHugeMappings mmap of whole 2 MiB is aligned to 2 MiB
 * @param dontNeedFreesTables MADV_DONTNEED frees a page table whose 2 MiB it dropped in whole
 * @param hugeZeroBecomesHuge a write after a read of an untouched huge page gives a huge page
 * @param splitDropsZeroPages splitting a huge page drops the parts that hold zeros only
 * @param collapsesReadOnly collapses 2 MiB of which no page may be written
 * @param uncommitsUntouched mprotect to read-only gives back the commit charge of untouched memory
 */
public record KernelProfile(
    String version,
    boolean alignsHugeMappings,
    boolean dontNeedFreesTables,
    boolean hugeZeroBecomesHuge,
    boolean splitDropsZeroPages,
    boolean collapsesReadOnly,
    boolean uncommitsUntouched) {

  /** Linux 6.18. */
  public static final KernelProfile V6_18 =
      new KernelProfile("6.18", true, true, true, true, true, true);

  /** Linux 6.1. */
  public static final KernelProfile V6_1 =
      new KernelProfile("6.1", false, false, false, false, false, false);
}
