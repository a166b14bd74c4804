package heapstakes.bench;

import heapstakes.memory.Memory;
import heapstakes.os.AddressSpace;
import heapstakes.os.Advice;
import heapstakes.os.Machine;
import heapstakes.os.MapFlags;
import heapstakes.os.Protection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the software MMU costs: a load and a store through {@link Memory}, real and simulated, in ns
 * a pair; page touches and demand-zero faults in ns a page. The evidence of ADR 0001.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class MemoryAccessBenchmark {
  private static final int PAIRS = 1024;
  private static final int FAULTS = 32; // few enough for the host's frames to stay

  /** Real memory, where an access is one instruction, or simulated. */
  @Param({"linux", "simulated"})
  public String memory = "simulated";

  /** Working set in KiB. */
  @Param({"256", "1024", "16384", "262144"})
  public int kib;

  private AddressSpace space = Machine.parse("simulated").open();
  private Memory target = space.memory();
  private long start;
  private long bytes;
  private long position;

  /** Maps the working set and makes it resident. */
  @Setup(Level.Trial)
  public void open() {
    bytes = kib * 1024L;
    space.close();
    space = Machine.parse(memory).open();
    start = space.mmap(0, bytes, Protection.READ_WRITE, MapFlags.PRIVATE_ANONYMOUS);
    target = space.memory();
    target.fill(start, bytes, (byte) 1);
  }

  /** Gives the working set back. */
  @TearDown(Level.Trial)
  public void close() {
    space.close();
  }

  /** A load and a store at pseudo-random addresses. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public long randomPair() {
    Memory m = target;
    long seed = position;
    long mask = (bytes - 1) & -8;
    long base = start;
    for (int i = 0; i < PAIRS; i++) {
      seed = seed * 6364136223846793005L + 1442695040888963407L;
      long address = base + ((seed >>> 20) & mask);
      m.putLong(address, m.getLong(address) + 1);
    }
    position = seed;
    return seed;
  }

  /** A load and a store at one address after the other. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public long sequentialPair() {
    Memory m = target;
    long at = position;
    long mask = (bytes - 1) & -8;
    long base = start;
    for (int i = 0; i < PAIRS; i++) {
      long address = base + (at & mask);
      m.putLong(address, m.getLong(address) + 1);
      at += 8;
    }
    position = at;
    return at;
  }

  /** Touching resident pages, ns a page. */
  @Benchmark
  @OperationsPerInvocation(64)
  public void touch() {
    target.touch(start, 64 * 4096L);
  }

  /** Demand-zero faults on pages whose host frames are warm, with dropping them, ns a page. */
  @Benchmark
  @OperationsPerInvocation(FAULTS)
  public void faultAndDrop() {
    target.touch(start, FAULTS * 4096L);
    space.madvise(start, FAULTS * 4096L, Advice.DONTNEED);
  }
}
