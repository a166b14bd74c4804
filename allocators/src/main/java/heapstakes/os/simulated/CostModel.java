package heapstakes.os.simulated;

/**
 * Unit costs in ns (linux-vm.md §13). Integers, so that a modelled time is the same on every
 * machine; it depends on counted events only.
 *
 * @param syscallBase entering and leaving the kernel
 * @param brkGrow raising the break, on top of the base
 * @param mmap mmap, on top
 * @param munmap munmap or lowering the break, on top
 * @param madvise madvise, on top
 * @param newVma a mapping that merges with no other
 * @param vmaSplit a mapping cut in two
 * @param minorFault a fault without zeroing
 * @param pageZero zeroing 4 KiB
 * @param zeroPageFault a load from an empty page
 * @param pageTableAlloc a page of page table
 * @param pageUnmapFree unmapping and freeing a page
 * @param lazyFreeMark MADV_FREE of a page
 * @param lazyFreeAgain MADV_FREE of a page that is lazy already
 * @param mprotectPte access bits of a page
 * @param mremapPte moving a page's entry
 * @param cowCopy a store to a shared page
 * @param cowReuse a store to a page that was shared
 * @param thpFault a fault that maps 2 MiB
 * @param thpUnmap freeing 2 MiB at once
 * @param thpSplit splitting a huge mapping
 * @param collapse making a huge page of small ones
 * @param collapsePage copying one of these
 * @param fork fork, exit and wait of a small process
 * @param forkPage per resident page of the parent
 */
record CostModel(
    int syscallBase,
    int brkGrow,
    int mmap,
    int munmap,
    int madvise,
    int newVma,
    int vmaSplit,
    int minorFault,
    int pageZero,
    int zeroPageFault,
    int pageTableAlloc,
    int pageUnmapFree,
    int lazyFreeMark,
    int lazyFreeAgain,
    int mprotectPte,
    int mremapPte,
    int cowCopy,
    int cowReuse,
    int thpFault,
    int thpUnmap,
    int thpSplit,
    int collapse,
    int collapsePage,
    int fork,
    int forkPage) {

  /** Measured in a virtual machine (§13, first column). */
  static final CostModel VM =
      new CostModel(
          110, 500, 950, 2_100, 500, 800, 900, 1_240, 65, 670, 600, 245, 226, 48, 75, 20, 4_500,
          1_200, 203_000, 5_900, 15_900, 85_000, 1_200, 145_000, 430);

  /** Assumed for bare metal (§13, second column; fork by its ratios to a system call). */
  static final CostModel BARE =
      new CostModel(
          70, 300, 500, 700, 250, 300, 350, 450, 70, 300, 150, 45, 40, 15, 12, 8, 900, 350, 90_000,
          1_500, 3_000, 38_000, 250, 77_000, 231);
}
