package heapstakes.model.ptmalloc2;

import heapstakes.os.simulated.SimulatedLinux;
import heapstakes.os.simulated.SimulatedLinuxProvider;
import heapstakes.setting.Settings;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * A thread pushes a chunk while the holder of the arena's lock pushes one and takes one: each chunk
 * is then taken once, and none is lost. Compiled by {@code FastbinsStressTest}, with jcstress's
 * processor.
 */
@JCStressTest
@Outcome(id = "1, 1, 1, 0", expect = Expect.ACCEPTABLE, desc = "each of the three chunks once")
@Outcome(expect = Expect.FORBIDDEN, desc = "a chunk was lost, or taken twice")
@State
public class FastbinsStress {
  private static final int CHUNK = 32;
  private static final int HEAPS = 1 << 16; // more than are in use at a time
  private static final SimulatedLinux SPACE = SimulatedLinuxProvider.open("");
  private static final long BASE = SPACE.sbrk(4L * CHUNK * HEAPS);
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final long first = BASE + 4L * CHUNK * (NEXT.getAndIncrement() & (HEAPS - 1));
  private final int[] taken = new int[4];
  private final Fastbins bins;

  public FastbinsStress() {
    GlibcVersion version = GlibcVersion.of("2.36");
    Parameters parameters =
        new Parameters(
            Ptmalloc2Settings.of(
                version, Settings.defaults("ptmalloc2", Ptmalloc2Settings.settings(version))));
    parameters.shared = !Boolean.getBoolean("heapstakes.unshared");
    bins = new Fastbins(SPACE.memory(), parameters);
    bins.push(0, first);
  }

  @Actor
  public void thread() {
    bins.push(0, first + CHUNK);
  }

  @Actor
  public void holder() {
    bins.push(0, first + 2 * CHUNK);
    take();
  }

  @Arbiter
  public void rest(IIII_Result result) {
    for (int i = 0; i < 4; i++) {
      take();
    }
    result.r1 = taken[0];
    result.r2 = taken[1];
    result.r3 = taken[2];
    result.r4 = taken[3];
  }

  private void take() {
    long chunk = bins.pop(0, "unaligned");
    if (chunk != 0) {
      taken[(int) Math.min(3, (chunk - first) / CHUNK)]++;
    }
  }
}
