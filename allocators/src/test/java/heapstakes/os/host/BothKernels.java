package heapstakes.os.host;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.os.PageState;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.os.simulated.SimulatedLinux;
import heapstakes.os.simulated.SimulatedLinuxProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The same memory of the simulated kernel and of this machine's, at the same addresses. */
final class BothKernels implements AutoCloseable {
  static final long PAGE = 4096;

  /** Where to work, from here on. */
  static final long ARENA = 0x7ff0_0000_0000L;

  /** So many pages. */
  static final int PAGES = 8 * 512;

  final NativeLinuxCalls calls = new NativeLinuxCalls();
  final NativeLinuxWindows windows = NativeLinuxWindows.reserve(calls, ProcessLayout.PIE, 1L << 38);
  final NativeLinux real =
      new NativeLinux(calls, windows, new NativeLinuxMeter(calls, windows.hostOffset(), false));
  final SimulatedLinux simulated;
  final List<String> history = new ArrayList<>();

  /**
   * Starts both.
   *
   * @param settings of the simulated one
   */
  BothKernels(String settings) {
    simulated = SimulatedLinuxProvider.open(settings);
  }

  long realHugeBytes() {
    return NativeLinuxSmaps.sum("AnonHugePages", windows);
  }

  /** Fails unless both have the same pages resident, and as many of them huge. */
  void compare() throws IOException {
    BitSet expected = residentOfReal();
    BitSet seen = new BitSet();
    simulated.visitPages((start, bytes, state) -> {
      boolean resident = state == PageState.DIRTY || state == PageState.LAZY;
      int first = (int) ((start - ARENA) / PAGE);
      if (resident) {
        seen.set(first, first + (int) (bytes / PAGE));
      }
    });
    String steps =
        String.join("\n", history.subList(Math.max(0, history.size() - 25), history.size()));
    assertThat(runs(seen)).as("resident pages after%n%s", steps).isEqualTo(runs(expected));
    if (history.size() % 5 == 0) { // smaps is slow
      assertThat(simulated.statistics().anonHugeBytes())
          .as("AnonHugePages after%n%s", steps)
          .isEqualTo(realHugeBytes());
    }
  }

  private static String runs(BitSet set) {
    StringBuilder text = new StringBuilder();
    int end;
    for (int from = set.nextSetBit(0); from >= 0; from = set.nextSetBit(end)) {
      end = set.nextClearBit(from);
      text.append(from).append('-').append(end - 1).append(' ');
    }
    return text.toString();
  }

  /** Pages present and this process's alone (bits 63 and 56 of pagemap): no page of zeros. */
  private BitSet residentOfReal() throws IOException {
    BitSet resident = new BitSet();
    ByteBuffer entries = ByteBuffer.allocate(PAGES * 8).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel pagemap = FileChannel.open(Path.of("/proc/self/pagemap"))) {
      pagemap.read(entries, (ARENA + windows.hostOffset()) / PAGE * 8);
    }
    for (int page = 0; page < PAGES; page++) {
      long entry = entries.getLong(page * 8);
      if (entry < 0 && (entry & 1L << 56) != 0) {
        resident.set(page);
      }
    }
    return resident;
  }

  @Override
  public void close() {
    real.close();
    simulated.close();
  }
}
