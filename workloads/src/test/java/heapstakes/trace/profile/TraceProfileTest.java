package heapstakes.trace.profile;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.TraceTexts;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceProfileTest {
  @TempDir Path folder;

  private TraceProfile profile(String text) throws IOException {
    return TraceProfile.of(
        Traces.open("hst:" + Files.writeString(folder.resolve("trace.hst"), text)));
  }

  @Test
  void aTraceByHand() throws IOException {
    TraceProfile profile =
        profile("t 5\nm 0 100\nm 1 5000\nt 6\nf 0\nr 1 3000\nc 0 3 10\nm 2 4096\nt 5\nf 2\n");

    // 5100 at operation 1; then 5000, 3000, 3030, 7126 at operation 5, 3030.
    assertThat(profile.peakBytes()).isEqualTo(7126);
    assertThat(profile.peakOperation()).isEqualTo(5);
    assertThat(profile.idealBytes()).isEqualTo(8192);
    assertThat(profile.leakedBlocks()).isEqualTo(2);
    assertThat(profile.leakedBytes()).isEqualTo(3030);
    // 0 lived from operation 0 to 2, and 5000 bytes; 2 from operation 5 to 6, and nothing.
    assertThat(profile.operationsLived().quantile(0.5)).isEqualTo(1);
    assertThat(profile.operationsLived().quantile(1)).isEqualTo(2);
    assertThat(profile.bytesLived().quantile(0.5)).isZero();
    assertThat(profile.bytesLived().longest()).isEqualTo(5000);
    assertThat(profile.threads())
        .containsExactly(
            new ThreadActivity(5, 3, 2, 1, 1, 4096), new ThreadActivity(6, 4, 3, 1, 1, 100));
    assertThat(profile.foreignFrees()).isEqualTo(2);
    assertThat(profile.foreignBytes()).isEqualTo(4196);
  }

  @Test
  void aForkedChildHasBlocksAndPagesOfItsOwn() throws IOException {
    TraceProfile profile = profile("t 1\nm 0 5000\nF 2\nt 2\nf 0\nm 0 100\nX\nt 1\nm 1 1\nf 0\n");

    // 5000 twice, in two pages each.
    assertThat(profile.peakBytes()).isEqualTo(10_000);
    assertThat(profile.idealBytes()).isEqualTo(4 * 4096);
    assertThat(profile.operationsLived().count()).isEqualTo(2);
    assertThat(profile.foreignFrees()).isZero();
    assertThat(profile.leakedBytes()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aRandomTraceIsAsTheOracleSays(long seed) throws IOException {
    String text = TraceTexts.random(seed, 5000);
    TraceProfile profile = profile(text);
    Oracle oracle = new Oracle(text);

    assertThat(profile.peakBytes()).isEqualTo(Collections.max(oracle.bytes));
    assertThat(profile.peakOperation())
        .isEqualTo(oracle.bytes.indexOf(Collections.max(oracle.bytes)));
    assertThat(profile.idealBytes())
        .isEqualTo((Collections.max(oracle.bytes) + 4095) / 4096 * 4096);
    assertThat(profile.leakedBlocks()).isEqualTo(oracle.live.size());
    assertThat(profile.leakedBytes()).isEqualTo(oracle.bytes.getLast());
    assertThat(profile.foreignFrees()).isEqualTo(oracle.foreign);
    assertThat(profile.foreignBytes()).isEqualTo(oracle.foreignBytes);
    assertThat(magnitudes(profile.requestsByMagnitude())).isEqualTo(oracle.requests);
    lifetimesAre(profile.operationsLived(), oracle.operationsLived);
    lifetimesAre(profile.bytesLived(), oracle.bytesLived);
    curveIs(profile.curve(), oracle);
  }

  private static void lifetimesAre(Lifetimes lifetimes, List<Long> all) {
    Collections.sort(all);
    assertThat(lifetimes.count()).isEqualTo(all.size());
    assertThat(lifetimes.longest()).isEqualTo(all.getLast());
    for (int per1000 = 1; per1000 <= 1000; per1000++) {
      long exact = all.get((int) Math.ceil(per1000 / 1000.0 * all.size()) - 1);
      assertThat(lifetimes.quantile(per1000 / 1000.0))
          .as("%d of 1000", per1000)
          .isGreaterThanOrEqualTo(exact)
          .isCloseTo(exact, Percentage.withPercentage(1.6));
    }
  }

  private static void curveIs(LiveCurve curve, Oracle oracle) {
    int step = (int) curve.step();
    Assertions.assertThat(curve.points()).isEqualTo((oracle.bytes.size() + step - 1) / step);
    for (int point = 0; point < curve.points(); point++) {
      int to = Math.min(oracle.bytes.size(), (point + 1) * step);
      assertThat(curve.bytes(point))
          .isEqualTo(Collections.max(oracle.bytes.subList(point * step, to)));
      assertThat(curve.blocks(point))
          .isEqualTo(Collections.max(oracle.blocks.subList(point * step, to)));
    }
  }

  private static Map<Integer, Long> magnitudes(List<Long> counts) {
    Map<Integer, Long> map = new TreeMap<>();
    for (int i = 0; i < counts.size(); i++) {
      if (counts.get(i) > 0) {
        map.put(i, counts.get(i));
      }
    }
    return map;
  }

  /** The same by maps and lists, a line at a time, all of it kept. */
  private static final class Oracle {
    record Block(long size, int operation, long requested, int thread) {}

    final Map<Integer, Block> live = new HashMap<>();
    final List<Long> bytes = new ArrayList<>();
    final List<Long> blocks = new ArrayList<>();
    final List<Long> operationsLived = new ArrayList<>();
    final List<Long> bytesLived = new ArrayList<>();
    final Map<Integer, Long> requests = new TreeMap<>();
    long requested;
    long foreign;
    long foreignBytes;
    int thread;

    Oracle(String text) {
      for (String line : text.lines().toList()) {
        String[] word = line.split(" ");
        if (word[0].equals("t")) {
          thread = Integer.parseInt(word[1]);
        } else if ("mcrgfwdT".contains(word[0])) {
          operation(word);
          bytes.add(live.values().stream().mapToLong(Block::size).sum());
          blocks.add((long) live.size());
        }
      }
    }

    private void operation(String[] word) {
      int slot = Integer.parseInt(word[1]);
      switch (word[0]) {
        case "m", "c", "r", "g" -> {
          long size =
              Long.parseLong(word[word.length - 1])
                  * (word[0].equals("c") ? Long.parseLong(word[2]) : 1);
          requests.merge(size == 0 ? 0 : Long.toBinaryString(size).length(), 1L, Long::sum);
          requested += size;
          Block old = live.get(slot);
          live.put(
              slot,
              old == null
                  ? new Block(size, bytes.size(), requested, thread)
                  : new Block(size, old.operation, old.requested, old.thread));
        }
        case "f" -> {
          Block freed = Objects.requireNonNull(live.remove(slot));
          operationsLived.add((long) bytes.size() - freed.operation);
          bytesLived.add(requested - freed.requested);
          foreign += freed.thread == thread ? 0 : 1;
          foreignBytes += freed.thread == thread ? 0 : freed.size;
        }
        default -> {}
      }
    }
  }
}
