package heapstakes.workload.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.trace.EventBatch;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.workload.TestArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeProfileTest {
  @TempDir Path folder;

  private Trace trace(String profile, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("profile.csv"), profile);
    SizeProfileProvider provider = new SizeProfileProvider();
    String[] arguments = new String[more.length + 1];
    arguments[0] = "profile=" + file;
    System.arraycopy(more, 0, arguments, 1, more.length);
    return provider.trace(TestArguments.of(provider, arguments));
  }

  /**
   * 3 of 4 allocations are of 100 bytes; 10 × as many of 1000 bytes are live, so they live long.
   */
  @Test
  void sizesComeAsOftenAsTheirRatesAndLiveAsLongAsTheirCountsSay() throws IOException {
    Trace trace =
        trace(
            "size,alloc_rate,num_live\n100,300,10\n1000,100,100\n",
            "live=1010000",
            "operations=80000");
    long[] counts = new long[1001];
    long live = 0;
    boolean populated = false;
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          boolean allocates = batch.op[i] == Op.MALLOC;
          populated |= batch.op[i] == Op.PHASE;
          live += allocates && !populated ? batch.size[i] : 0;
          counts[allocates && populated ? (int) batch.size[i] : 0]++;
        }
      }
    }

    // live / (100 × 10 + 1000 × 100) times 10 and 100 blocks.
    assertThat(live).isEqualTo(100 * 100 + 1000 * 1000);
    assertThat(counts[100] / 40_000.0).isEqualTo(0.75, within(0.01));
    assertThat(counts[1000] / 40_000.0).isEqualTo(0.25, within(0.01));
    assertThat(trace.info().peakLiveBlocks()).isEqualTo(1100);
  }

  @Test
  @Tag("long")
  void theDigestIsOfWhatTheFileSaysNotOfItsName() throws IOException {
    String one = trace("8,1,100\n").info().sha256();
    String other = trace("8,1,200\n16,1,1\n").info().sha256();

    assertThat(one).isNotEqualTo(other);
    assertThat(trace("8,1,100\n").info().sha256()).isEqualTo(one);
  }

  @Test
  void whatIsNoProfileIsRefusedWithItsLine() {
    assertThatThrownBy(() -> trace("8,1,2\n16,x,3\n"))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("record 2: 'x'");
    assertThatThrownBy(() -> trace("8,1\n")).hasMessageContaining("three numbers");
    assertThatThrownBy(() -> trace("-8,1,1\n")).hasMessageContaining("'-8'");
    assertThatThrownBy(() -> trace("8,NaN,1\n")).hasMessageContaining("'NaN'");
    assertThatThrownBy(() -> trace("")).hasMessageContaining("no size");
    assertThatThrownBy(() -> trace("8,1e9,1e17\n", "live=1099511627776"))
        .hasMessageContaining("Lower live");
  }

  @Test
  void aDeviceWithoutEndIsReadUpToABound() {
    assumeTrue(Files.exists(Path.of("/dev/zero")), "needs /dev/zero");
    assertThatThrownBy(() -> SizeProfile.text("/dev/zero"))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("/dev/zero")
        .hasMessageContaining("more than 16777216 bytes");
  }

  @Test
  void aFileThatIsNotThereIsSaidToBeMissing() {
    assertThatThrownBy(() -> SizeProfile.text("/nowhere/profile.csv"))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("/nowhere/profile.csv")
        .hasMessageContaining("profile=service");
  }
}
