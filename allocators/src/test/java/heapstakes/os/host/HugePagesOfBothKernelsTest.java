package heapstakes.os.host;

import static heapstakes.os.MapFlags.FIXED;
import static heapstakes.os.MapFlags.PRIVATE_ANONYMOUS;
import static heapstakes.os.Protection.READ;
import static heapstakes.os.Protection.READ_WRITE;
import static heapstakes.os.host.BothKernels.ARENA;
import static heapstakes.os.host.BothKernels.PAGE;
import static heapstakes.os.host.BothKernels.PAGES;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.MapFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same calls and accesses on simulated pages and on this machine's: which pages are resident,
 * page for page, and how many are huge must agree (linux-vm.md §11). MADV_COLLAPSE does at once
 * what khugepaged does when it comes by.
 */
class HugePagesOfBothKernelsTest {
  private static final Path THP = Path.of("/sys/kernel/mm/transparent_hugepage");
  private static final int ATTEMPTS = 5;

  /** What the real kernel says; a mode other than never. */
  private String mode = "";

  @BeforeEach
  void needsHugePages() throws IOException {
    new NativeLinuxProvider().unavailable().ifPresent(Assumptions::abort);
    Path enabled = THP.resolve("enabled");
    Assumptions.assumeTrue(Files.isReadable(enabled), enabled + " is not there: no huge pages");
    String modes = Files.readString(enabled);
    mode = modes.substring(modes.indexOf('[') + 1, modes.indexOf(']'));
    Assumptions.assumeFalse(mode.equals("never"), enabled + " says never");
    String version = System.getProperty("os.version");
    Assumptions.assumeTrue(
        version.startsWith("6.18"), "simulated is Linux 6.18, this is " + version);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void residentAndHugePagesAreThoseOfThisMachine(long seed) throws IOException {
    for (int attempt = 1; ; attempt++) {
      String before = disturbances();
      try {
        randomCalls(new SplittableRandom(seed));
        return;
      } catch (AssertionError e) {
        if (before.equals(disturbances())) {
          throw e;
        }
        Assumptions.assumeTrue(
            attempt < ATTEMPTS, "khugepaged, or want of free 2 MiB, got between each time");
      }
    }
  }

  /** What the machine does by itself, or cannot do just now. */
  private static String disturbances() throws IOException {
    List<String> counters = new ArrayList<>();
    counters.add(Files.readString(THP.resolve("khugepaged/pages_collapsed")));
    for (String line : Files.readAllLines(Path.of("/proc/vmstat"))) {
      if (line.startsWith("thp_fault_fallback") || line.startsWith("thp_collapse_alloc_failed")) {
        counters.add(line);
      }
    }
    return String.join(",", counters);
  }

  private void randomCalls(SplittableRandom random) throws IOException {
    try (BothKernels pair = new BothKernels("khugepaged=false,thp=" + mode)) {
      int[] protection = new int[PAGES];
      Arrays.fill(protection, -1);
      for (int i = 0; i < 250; i++) {
        step(pair, random, protection);
        pair.compare();
      }
    }
  }

  /** Waits for the kernel's own thread: it takes its time. */
  @Test
  @Tag("long")
  void khugepagedCollapsesTheSameRanges() throws IOException, InterruptedException {
    Path files = THP.resolve("khugepaged");
    long sleep = Long.parseLong(Files.readString(files.resolve("scan_sleep_millisecs")).strip());
    Assumptions.assumeTrue(sleep <= 10_000, "khugepaged sleeps for " + sleep + " ms");
    StringBuilder settings = new StringBuilder("thp=madvise,scan_sleep_millisecs=" + sleep);
    for (String key : List.of("pages_to_scan", "max_ptes_none")) {
      settings.append(',').append(key).append('=');
      settings.append(Files.readString(files.resolve(key)).strip());
    }
    Assumptions.assumeTrue(mode.equals("madvise"), "not everything shall become huge: " + mode);
    try (BothKernels pair = new BothKernels(settings.toString())) {
      rangesOfAllKinds(pair);
      for (int period = 0; period < 4 && pair.realHugeBytes() != 5L << 21; period++) {
        Thread.sleep(sleep);
      }
      pair.simulated.clock().advance(sleep * 1_000_000);
      pair.compare();
      assertThat(pair.simulated.statistics().anonHugeBytes()).isEqualTo(pair.realHugeBytes());
      assertThat(pair.simulated.statistics().collapses()).isEqualTo(5);
    }
  }

  /** Eight ranges that are looked at, of which five are collapsed. */
  private static void rangesOfAllKinds(BothKernels pair) {
    long range = 512 * PAGE;
    call(
        pair, "mmap", s -> s.mmap(ARENA, 8 * range, READ_WRITE, PRIVATE_ANONYMOUS | FIXED) - ARENA);
    store(pair, 0, 1);
    store(pair, 1, 512); // all of them lazy: nobody uses it
    advise(pair, ARENA + range, range, Advice.FREE);
    advise(pair, ARENA + range, PAGE, Advice.COLD); // hands in the batch of the processor
    store(pair, 2, 512); // all lazy but one
    advise(pair, ARENA + 2 * range, range, Advice.FREE);
    advise(pair, ARENA + 2 * range, PAGE, Advice.COLD);
    store(pair, 2, 1);
    store(pair, 3, 1); // a page table, and no page
    advise(pair, ARENA + 3 * range, PAGE, Advice.DONTNEED);
    store(pair, 4, 10);
    store(pair, 5, 10);
    store(pair, 6, 512); // huge, less a page
    advise(pair, ARENA + 6 * range, range, Advice.COLLAPSE);
    advise(pair, ARENA + 6 * range + 9 * PAGE, PAGE, Advice.DONTNEED);
    advise(pair, ARENA, 8 * range, Advice.HUGEPAGE);
    call(pair, "mprotect", s -> s.mprotect(ARENA + 4 * range, range, READ));
    call(pair, "mprotect", s -> s.mprotect(ARENA + 5 * range, range, 0));
  }

  private static void store(BothKernels pair, int range, int pages) {
    for (int page = 0; page < pages; page++) {
      long address = ARENA + (range * 512L + page) * PAGE;
      pair.real.memory().putByte(address, (byte) 1);
      pair.simulated.memory().putByte(address, (byte) 1);
    }
  }

  private static void step(BothKernels pair, SplittableRandom random, int[] protection) {
    int length = random.nextInt(3) == 0 ? 512 * (1 + random.nextInt(3)) : 1 + random.nextInt(300);
    int first = random.nextInt(PAGES - length + 1);
    first = random.nextBoolean() ? first & -512 : first;
    long start = ARENA + first * PAGE;
    long bytes = length * PAGE;
    switch (random.nextInt(19)) {
      case 0, 1 -> {
        call(
            pair,
            "mmap " + first + " " + length,
            space -> space.mmap(start, bytes, READ_WRITE, PRIVATE_ANONYMOUS | FIXED) - start);
        Arrays.fill(protection, first, first + length, READ_WRITE);
      }
      case 2 -> {
        call(pair, "munmap " + first + " " + length, space -> space.munmap(start, bytes));
        Arrays.fill(protection, first, first + length, -1);
      }
      case 3 -> {
        int to = random.nextInt(4) == 0 ? random.nextInt(2) : READ_WRITE;
        call(
            pair,
            "mprotect " + first + " " + length + " " + to,
            space -> space.mprotect(start, bytes, to));
        for (int page = first; page < first + length && protection[page] >= 0; page++) {
          protection[page] = to;
        }
      }
      case 4, 5, 6 -> advise(pair, start, bytes, Advice.COLLAPSE);
      case 7, 8 -> advise(pair, start, bytes, Advice.HUGEPAGE);
      case 9 ->
          advise(pair, start, bytes, random.nextInt(3) == 0 ? Advice.NOHUGEPAGE : Advice.HUGEPAGE);
      case 10 -> advise(pair, start, bytes, Advice.DONTNEED);
      case 11 -> advise(pair, start, PAGE * Math.min(length, 5L), Advice.DONTNEED);
      case 12 -> advise(pair, start, bytes, Advice.FREE);
      case 13 -> advise(pair, start, bytes, Advice.PAGEOUT);
      case 14 -> move(pair, random, protection, first, length);
      default -> access(pair, random, protection, first, length);
    }
  }

  private static void move(
      BothKernels pair, SplittableRandom random, int[] protection, int first, int length) {
    int target = random.nextInt(PAGES - length + 1) & -512;
    boolean whole = (first | length) % 512 == 0; // of parts the simulated kernel makes small pages
    if (!whole || Math.abs(target - first) < length) {
      return;
    }
    long bytes = length * PAGE;
    long start = ARENA + first * PAGE;
    long there = ARENA + target * PAGE;
    int flags = MapFlags.MREMAP_MAYMOVE | MapFlags.MREMAP_FIXED;
    pair.history.add("mremap " + first + " " + length + " " + target);
    long moved = pair.simulated.mremap(start, bytes, bytes, flags, there);
    if (moved == there) { // else advice has cut the mapping, which real memory's own book ignores
      assertThat(pair.real.mremap(start, bytes, bytes, flags, there)).isEqualTo(there);
      System.arraycopy(protection, first, protection, target, length);
      Arrays.fill(protection, first, first + length, -1);
    }
  }

  private static void access(
      BothKernels pair, SplittableRandom random, int[] protection, int first, int length) {
    boolean write = random.nextInt(3) > 0;
    int most = random.nextBoolean() ? 3 : length;
    pair.history.add((write ? "store " : "load ") + first + " " + Math.min(most, length));
    for (int page = first; page < first + Math.min(most, length); page++) {
      long address = ARENA + page * PAGE;
      if (write && protection[page] == READ_WRITE) {
        byte value = (byte) random.nextInt(3); // zeros matter where a huge page is split
        pair.real.memory().putByte(address, value);
        pair.simulated.memory().putByte(address, value);
      } else if (!write && protection[page] >= READ) {
        assertThat(pair.simulated.memory().getByte(address))
            .isEqualTo(pair.real.memory().getByte(address));
      }
    }
  }

  private static void advise(BothKernels pair, long start, long bytes, Advice advice) {
    String what =
        String.format(Locale.ROOT, "%s %d %d", advice, (start - ARENA) / PAGE, bytes / PAGE);
    call(pair, what, space -> space.madvise(start, bytes, advice));
  }

  private static void call(BothKernels pair, String what, ToLongFunction<AddressSpace> call) {
    pair.history.add(what);
    assertThat(call.applyAsLong(pair.simulated))
        .as("result of %s", what)
        .isEqualTo(call.applyAsLong(pair.real));
  }
}
