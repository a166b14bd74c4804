package heapstakes.os.host;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Advice;
import heapstakes.os.Errno;
import heapstakes.os.Machine;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import heapstakes.os.ReturnedBy;
import heapstakes.os.VmStatistics;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.os.linux.Vma;
import heapstakes.os.linux.VmaSet;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded random system calls on real memory. */
@Tag("long")
class NativeLinuxRandomTest {
  private static final long PAGE = 4096;
  private static final int CALLS = 3_000;

  private static AddressSpace open(String machine, String settings) {
    AddressSpaceProvider provider =
        Machine.all().stream().filter(p -> p.name().equals(machine)).findFirst().orElse(null);
    Assumptions.assumeTrue(provider != null, machine + " memory is not there");
    provider.unavailable().ifPresent(Assumptions::abort);
    return provider.open(Settings.parse(machine, provider.settings(), settings));
  }

  /** A random process: the calls it makes depend on earlier results, never on the memory's kind. */
  private static final class RandomProcess {
    private final Random random;
    private final AddressSpace space;
    private final @Nullable RandomProcess guide;
    private final List<long[]> blocks = new ArrayList<>(); // {address, length}
    final List<Long> results = new ArrayList<>();

    /**
     * @param guide has done the same already, in memory where a forbidden access is an exception;
     *     what it could not touch is left alone here, where it would be a crash
     */
    RandomProcess(AddressSpace space, long seed, @Nullable RandomProcess guide) {
      this.space = space;
      this.guide = guide;
      this.random = new Random(seed);
    }

    void step() {
      results.add(
          switch (random.nextInt(12)) {
            case 0, 1, 2 -> map();
            case 3 -> space.sbrk((random.nextInt(400) - 150) * 512L);
            case 4 -> unmap();
            case 5 -> protect();
            case 6 -> remap();
            case 7 -> advise(Advice.DONTNEED);
            case 8 -> advise(Advice.FREE);
            case 9 -> touchBreak();
            default -> touchBlock();
          });
    }

    private long map() {
      long hint = random.nextInt(4) == 0 && !blocks.isEmpty() ? any()[0] - 40 * PAGE : 0;
      boolean huge = hint == 0 && random.nextInt(15) == 0;
      long length = huge ? 2L << 20 : (1 + random.nextInt(60)) * 1000L;
      int protection = random.nextInt(5) == 0 ? Protection.NONE : Protection.READ_WRITE;
      int flags = MapFlags.PRIVATE_ANONYMOUS;
      if (hint != 0 && random.nextInt(2) == 0) {
        flags |= random.nextInt(2) == 0 ? MapFlags.FIXED : MapFlags.FIXED_NOREPLACE;
      }
      long address = space.mmap(hint, length, protection, flags);
      if (!Errno.isError(address)) {
        blocks.add(new long[] {address, length});
      }
      return address;
    }

    private long[] any() {
      return blocks.get(random.nextInt(blocks.size()));
    }

    /** A part of a block, in whole pages; the block may be gone by now. */
    private long[] part() {
      if (blocks.isEmpty()) {
        return new long[] {space.initialBreak(), PAGE};
      }
      long[] block = any();
      long pages = (block[1] + PAGE - 1) / PAGE;
      long skip = random.nextLong(pages);
      return new long[] {block[0] + skip * PAGE, PAGE * (1 + random.nextLong(pages - skip))};
    }

    private long unmap() {
      long[] part = part();
      return space.munmap(part[0], part[1]);
    }

    private long protect() {
      long[] part = part();
      return space.mprotect(part[0], part[1], random.nextInt(4));
    }

    private long advise(Advice advice) {
      long[] part = part();
      return space.madvise(part[0], part[1], advice);
    }

    private long remap() {
      if (blocks.isEmpty()) {
        return 0;
      }
      long[] block = blocks.removeLast();
      long length = (1 + random.nextInt(80)) * PAGE;
      int flags = random.nextInt(3) == 0 ? 0 : MapFlags.MREMAP_MAYMOVE;
      long address = space.mremap(block[0], block[1], length, flags, 0);
      blocks.add(Errno.isError(address) ? block : new long[] {address, length});
      return address;
    }

    /** A page in two of the break. */
    private long touchBreak() {
      for (long at = space.initialBreak(); at < space.programBreak(); at += 2 * PAGE) {
        space.memory().putByte(at, (byte) 1);
      }
      return space.statistics().mappedBytes();
    }

    /** Stores into a block page by page up to the first fault; how many pages that were. */
    private long touchBlock() {
      long[] part = part();
      boolean faultsCrash = space.statistics().minorFaults() < 0;
      long pages =
          guide != null ? guide.results.get(results.size()) : faultsCrash ? 0 : part[1] / PAGE;
      for (long page = 0; page < pages; page++) {
        try {
          space.memory().putByte(part[0] + page * PAGE, (byte) 1);
        } catch (SegmentationFault e) {
          return page;
        }
      }
      return pages;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void resultsAndResidencyEqualThoseOfSimulatedMemory(long seed) {
    try (AddressSpace real = open("linux", "metered=true");
        AddressSpace simulated = open("simulated", "")) {
      RandomProcess guide = new RandomProcess(simulated, seed, null);
      RandomProcess follower = new RandomProcess(real, seed, guide);
      for (int i = 0; i < CALLS; i++) {
        guide.step();
        follower.step();
        if (i % 100 == 99) {
          assertSameStatistics(real.statistics(), simulated.statistics());
        }
      }
      assertThat(follower.results).isEqualTo(guide.results);
      assertSameStatistics(real.statistics(), simulated.statistics());
    }
  }

  private static void assertSameStatistics(VmStatistics real, VmStatistics simulated) {
    assertThat(real.mappedBytes()).isEqualTo(simulated.mappedBytes());
    assertThat(real.peakMappedBytes()).isEqualTo(simulated.peakMappedBytes());
    assertThat(real.residentBytes()).isEqualTo(simulated.residentBytes());
    assertThat(real.peakResidentBytes()).isEqualTo(simulated.peakResidentBytes());
    for (ReturnedBy way : List.of(ReturnedBy.BRK, ReturnedBy.MUNMAP, ReturnedBy.DONTNEED)) {
      assertThat(real.returnedBytes().get(way))
          .as("%s", way)
          .isEqualTo(simulated.returnedBytes().get(way));
    }
    assertThat(real.calls()).isEqualTo(simulated.calls());
  }

  /** The book against the host kernel's own. */
  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void theHostHasMappedExactlyWhatTheBookSays(long seed) {
    open("linux", "").close(); // aborts where there is none
    NativeLinuxCalls calls = new NativeLinuxCalls();
    NativeLinuxWindows windows = NativeLinuxWindows.reserve(calls, ProcessLayout.PIE, 1L << 36);
    NativeLinuxMeter meter = new NativeLinuxMeter(calls, windows.hostOffset(), false);
    try (NativeLinux space = new NativeLinux(calls, windows, meter)) {
      RandomProcess process = new RandomProcess(space, seed, null);
      for (int i = 0; i < CALLS; i++) {
        process.step();
        if (i % 100 == 99) {
          assertThat(onTheHost(windows)).isEqualTo(inTheBook(space));
        }
      }
    }
  }

  private static List<String> onTheHost(NativeLinuxWindows windows) {
    List<String> ranges = new ArrayList<>();
    for (NativeLinuxMaps.Range range : NativeLinuxMaps.all()) {
      long start = range.start() - windows.hostOffset();
      long end = range.end() - windows.hostOffset();
      if (windows.cover(start, end) && !range.access().startsWith("---")) {
        append(ranges, start, end, range.access().substring(0, 2));
      }
    }
    return ranges;
  }

  private static List<String> inTheBook(NativeLinux space) {
    List<String> ranges = new ArrayList<>();
    VmaSet vmas = space.mappings();
    for (Vma vma = vmas.first(); !vmas.isEnd(vma); vma = vma.next()) {
      if (!vma.has(Vma.IMAGE) && vma.protection() != Protection.NONE) {
        String access = (vma.protection() & Protection.READ) != 0 ? "r" : "-";
        append(
            ranges,
            vma.start(),
            vma.end(),
            access + ((vma.protection() & Protection.WRITE) != 0 ? "w" : "-"));
      }
    }
    return ranges;
  }

  /** Adds a range, as one with the one before where they touch and are alike. */
  private static void append(List<String> ranges, long start, long end, String access) {
    String tail = String.format(Locale.ROOT, "-%x %s", start, access);
    if (!ranges.isEmpty() && ranges.getLast().endsWith(tail)) {
      String before = ranges.removeLast();
      ranges.add(
          before.substring(0, before.length() - tail.length())
              + String.format(Locale.ROOT, "-%x %s", end, access));
    } else {
      ranges.add(String.format(Locale.ROOT, "%x-%x %s", start, end, access));
    }
  }
}
