package heapstakes.os.simulated;

import static heapstakes.setting.Setting.choice;
import static heapstakes.setting.Setting.flag;
import static heapstakes.setting.Setting.integer;
import static heapstakes.setting.Setting.size;

import heapstakes.os.linux.KernelProfile;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.os.linux.VmLimits;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How a simulated machine is set; sizes in pages.
 *
 * @param ramPages frames
 * @param swapPages swap slots
 * @param memoryMaxPages memory.max
 * @param memoryHighPages memory.high
 * @param overcommit vm.overcommit_memory
 * @param overcommitRatio vm.overcommit_ratio in per cent
 * @param hugePages transparent huge pages
 * @param kernel version
 * @param cost unit costs
 * @param layout addresses of a fresh process
 * @param limits limits of a process
 * @param flat whether the fast path to host memory may be used; results are the same without
 * @param failingCall which system call that may fail with ENOMEM does, counted from 1; 0: none
 */
record MachineConfig(
    long ramPages,
    long swapPages,
    long memoryMaxPages,
    long memoryHighPages,
    Overcommit.Mode overcommit,
    long overcommitRatio,
    HugePageSettings hugePages,
    KernelProfile kernel,
    CostModel cost,
    ProcessLayout layout,
    VmLimits limits,
    boolean flat,
    long failingCall) {

  /** The setting that says which kernel is simulated. */
  static final String KERNEL = "kernel";

  /** Not a Linux: see {@code heapstakes.os.nt}. */
  static final String NT = "nt";

  /** The settings that go with it; swap is its page file. */
  static final List<String> OF_NT = List.of(KERNEL, "ram", "swap", "fail_call", "flat");

  private static final long MAX_BYTES = 1L << 47; // user space (linux-vm.md §1)
  private static final long MIB = 1L << 20;
  private static final String UNLIMITED = "131072G"; // 2^47 bytes: all there can be

  private static final List<Setting> OWN =
      List.of(
          size("ram", "24684092K", MIB, MAX_BYTES, "bytes of memory of the machine"),
          size("swap", "0", 0, MAX_BYTES, "bytes of swap"),
          size("memory_max", UNLIMITED, MIB, MAX_BYTES, "memory.max of the control group, bytes"),
          size("memory_high", UNLIMITED, MIB, MAX_BYTES, "memory.high of the control group, bytes"),
          choice("overcommit", List.of("0", "1", "2"), "vm.overcommit_memory"),
          integer("overcommit_ratio", "50", 0, 1000, "vm.overcommit_ratio, per cent"),
          choice(
              KERNEL,
              List.of("6.18", "6.1", NT),
              "version of Linux, or Windows NT for who reserves and commits"),
          choice("cost", List.of("vm", "bare"), "unit costs: virtual machine or bare metal"),
          choice("layout", List.of("pie", "non_pie"), "how the program is linked"),
          integer("aslr", "0", 0, Long.MAX_VALUE, "seed of address randomisation, 0: none"),
          size(
              "break_gap",
              "0",
              0,
              MAX_BYTES >> 1,
              "bytes between the program and its break, whole pages; aslr adds its own"),
          integer("max_map_count", "65530", 16, Integer.MAX_VALUE / 2, "vm.max_map_count"),
          size("rlimit_as", UNLIMITED, MIB, MAX_BYTES, "RLIMIT_AS, bytes of address space"),
          size("rlimit_data", UNLIMITED, MIB, MAX_BYTES, "RLIMIT_DATA, bytes that are writable"),
          integer(
              "fail_call",
              "0",
              0,
              Long.MAX_VALUE,
              "the system call (brk, mmap, mremap, mprotect, munmap or fork; any of nt's) that"
                  + " fails, 0: none"),
          flag("flat", true, "use the fast path to host memory; false for tests of the other"));

  /** The settings of simulated memory. */
  static final List<Setting> SETTINGS =
      Stream.concat(OWN.stream(), HugePageSettings.SETTINGS.stream()).toList();

  /** Reads values for {@link #SETTINGS}. */
  static MachineConfig of(Settings settings) {
    boolean strict = settings.text("overcommit").equals("2");
    return new MachineConfig(
        pages(settings, "ram"),
        pages(settings, "swap"),
        pages(settings, "memory_max"),
        pages(settings, "memory_high"),
        Overcommit.Mode.values()[(int) Long.parseLong(settings.text("overcommit"))],
        settings.number("overcommit_ratio"),
        HugePageSettings.of(settings),
        settings.text(KERNEL).equals("6.1") ? KernelProfile.V6_1 : KernelProfile.V6_18,
        settings.text("cost").equals("bare") ? CostModel.BARE : CostModel.VM,
        layout(settings),
        new VmLimits(
            (int) settings.number("max_map_count"),
            pages(settings, "rlimit_as"),
            pages(settings, "rlimit_data"),
            strict),
        settings.flag("flat"),
        settings.number("fail_call"));
  }

  private static long pages(Settings settings, String key) {
    return settings.number(key) >>> 12;
  }

  /** Ranges of x86-64: 28 bits of pages for executable and mmap base, 32 MiB for the break. */
  private static ProcessLayout layout(Settings settings) {
    boolean pie = settings.text("layout").equals("pie");
    long aslrSeed = settings.number("aslr");
    long gap = pages(settings, "break_gap") << 12;
    ProcessLayout plain = pie ? ProcessLayout.PIE : ProcessLayout.NON_PIE;
    if (aslrSeed == 0) {
      return gap == 0 ? plain : plain.shifted(0, gap, 0);
    }
    SplittableRandom random = new SplittableRandom(aslrSeed);
    long program = pie ? random.nextLong(1L << 28) << 12 : 0;
    long brk = gap + (random.nextLong((32 * MIB) >>> 12) << 12);
    long stackRandomGap = (16L << 30) + MIB;
    return plain.shifted(program, brk, stackRandomGap + (random.nextLong(1L << 28) << 12));
  }
}
