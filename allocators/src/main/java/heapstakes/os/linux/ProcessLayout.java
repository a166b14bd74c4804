package heapstakes.os.linux;

import heapstakes.os.Protection;

/**
 * Where things are in a fresh process (linux-vm.md §1, §1.1); bounds are whole pages.
 *
 * @param programStart start of program text and data
 * @param programEnd their end
 * @param startBreak where the program break starts
 * @param librariesStart start of the libraries, whose end is {@code mmapBase}
 * @param mmapBase where the mmap area begins, growing down
 * @param stackStart start of the stack
 */
public record ProcessLayout(
    long programStart,
    long programEnd,
    long startBreak,
    long librariesStart,
    long mmapBase,
    long stackStart) {

  /** Where user space ends: 2^47 − one page (linux-vm.md §1). */
  public static final long TASK_SIZE = 0x7fff_ffff_f000L;

  /** vm.mmap_min_addr of most distributions (linux-vm.md §1). */
  static final long MIN_ADDRESS = 0x10000;

  /** TASK_UNMAPPED_BASE, where bottom-up searches begin: a third of user space (§3). */
  static final long BOTTOM_UP_BASE = 0x2aaa_aaaa_b000L;

  // linux-vm.md §1.1, measured without address randomisation
  private static final long MMAP_BASE = 0x7fff_f7ff_f000L;
  private static final long LIBRARIES_BYTES = 0x22_e000;
  private static final long STACK_BYTES = 0x2_1000;

  /** A position-independent executable without address randomisation: the canonical layout. */
  public static final ProcessLayout PIE = of(0x5555_5555_4000L, 0x6000, 0, 0);

  /** An executable linked at a fixed low address. */
  public static final ProcessLayout NON_PIE = of(0x40_0000, 0x6000, 0, 0);

  private static ProcessLayout of(long program, long programBytes, long brkGap, long mmapShift) {
    long mmapBase = MMAP_BASE - mmapShift;
    long programEnd = program + programBytes;
    return new ProcessLayout(
        program,
        programEnd,
        programEnd + brkGap,
        mmapBase - LIBRARIES_BYTES,
        mmapBase,
        TASK_SIZE - STACK_BYTES);
  }

  /** This layout with the offsets that address randomisation chose; all whole pages. */
  public ProcessLayout shifted(long programBy, long breakBy, long mmapDownBy) {
    return of(
        programStart + programBy,
        programEnd - programStart,
        breakBy,
        MMAP_BASE - mmapBase + mmapDownBy);
  }

  /** Maps program, libraries and stack. */
  public void populate(VmaSet vmas) {
    vmas.addAsIs(programStart, programEnd, Protection.READ, Vma.IMAGE, 0);
    vmas.addAsIs(librariesStart, mmapBase, Protection.READ, Vma.IMAGE, 0);
    vmas.addAsIs(stackStart, TASK_SIZE, Protection.READ_WRITE, Vma.IMAGE | Vma.GROWSDOWN, 0);
  }
}
