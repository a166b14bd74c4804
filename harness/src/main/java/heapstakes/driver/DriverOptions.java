package heapstakes.driver;

import heapstakes.trace.TraceInfo.Touch;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the driver replays, and what it reports besides the figures of the end.
 *
 * @param opNanos virtual time that an operation takes in a trace without a clock of its own, in ns
 * @param touch which pages of a new block are written; empty: as the trace says
 * @param sampleEvery operations between sample points, which are also at phase marks and at the
 *     end; 0: so many that there are a thousand, as in a replay
 * @param countersEvery operations between readings of the library's counters; 0: at the end only
 * @param pagesEvery operations between reports of resident pages by range; 0: never
 * @param pageBits each of those with one bit a page
 * @param results report what each operation returned
 * @param calls report each memory system call
 * @param lazyFreeAtSamples read lazily freed bytes at each sample point: costs about 14 ms a GiB
 * @param aslr leave the kernel's randomisation of addresses on
 * @param maps report where everything lies before the first event
 * @param readPageTable read the page table wherever resident is asked for, as on kernels whose
 *     count is not exact: costs about 10 ms a GiB each time
 * @param interceptCalls catch the library's memory system calls; without, much is not measured
 * @param refusedCall which of the library's memory system calls, from 1, fails with ENOMEM, madvise
 *     not counted, which cannot; 0: none
 * @param limitBytes most writable memory for the driver; empty: what the machine has available
 * @param allowSimulatedOnly replay even a trace that says it must not run on a real machine
 * @param check look whether the library keeps what every malloc owes; no figures then
 * @param silence after this long without a report, of which there is one each thousandth of the
 *     trace, the driver is ended: the library hangs
 * @param timeout after this long the driver is ended in any case
 */
public record DriverOptions(
    long opNanos,
    Optional<Touch> touch,
    long sampleEvery,
    long countersEvery,
    long pagesEvery,
    boolean pageBits,
    boolean results,
    boolean calls,
    boolean lazyFreeAtSamples,
    boolean aslr,
    boolean maps,
    boolean readPageTable,
    boolean interceptCalls,
    long refusedCall,
    OptionalLong limitBytes,
    boolean allowSimulatedOnly,
    boolean check,
    Duration silence,
    Duration timeout) {
  /** The footprint of a trace: 100 ns an operation, fixed addresses, an hour at most. */
  public static final DriverOptions FOOTPRINT = new Builder().build();

  /** Everything that can be compared with a twin. */
  public static final DriverOptions OBSERVATION =
      new Builder().results(true).calls(true).maps(true).build();

  /** Whether the library keeps what every malloc owes. */
  public static final DriverOptions CHECK = new Builder().check(true).build();

  public DriverOptions {
    if (opNanos < 0 || sampleEvery < 0 || countersEvery < 0 || pagesEvery < 0 || refusedCall < 0) {
      throw new IllegalArgumentException("an interval, a time or a number is negative");
    }
  }

  /** A builder that starts from these. */
  public Builder but() {
    return new Builder(this);
  }

  /** Makes options; starts as {@link #FOOTPRINT}. Each method is named as the component it sets. */
  public static final class Builder {
    private long opNanos = 100;
    private Optional<Touch> touch = Optional.empty();
    private long sampleEvery = 0;
    private long countersEvery = 0;
    private long pagesEvery = 0;
    private boolean pageBits = false;
    private boolean results = false;
    private boolean calls = false;
    private boolean lazyFreeAtSamples = false;
    private boolean aslr = false;
    private boolean maps = false;
    private boolean readPageTable = false;
    private boolean interceptCalls = true;
    private long refusedCall = 0;
    private OptionalLong limitBytes = OptionalLong.empty();
    private boolean allowSimulatedOnly = false;
    private boolean check = false;
    private Duration silence = Duration.ofMinutes(1);
    private Duration timeout = Duration.ofHours(1);

    private Builder() {}

    private Builder(DriverOptions from) {
      opNanos = from.opNanos;
      touch = from.touch;
      sampleEvery = from.sampleEvery;
      countersEvery = from.countersEvery;
      pagesEvery = from.pagesEvery;
      pageBits = from.pageBits;
      results = from.results;
      calls = from.calls;
      lazyFreeAtSamples = from.lazyFreeAtSamples;
      aslr = from.aslr;
      maps = from.maps;
      readPageTable = from.readPageTable;
      interceptCalls = from.interceptCalls;
      refusedCall = from.refusedCall;
      limitBytes = from.limitBytes;
      allowSimulatedOnly = from.allowSimulatedOnly;
      check = from.check;
      silence = from.silence;
      timeout = from.timeout;
    }

    /** {@link DriverOptions#opNanos}. */
    public Builder opNanos(long value) {
      opNanos = value;
      return this;
    }

    /** {@link DriverOptions#touch}. */
    public Builder touch(Touch value) {
      touch = Optional.of(value);
      return this;
    }

    /** {@link DriverOptions#sampleEvery}. */
    public Builder sampleEvery(long value) {
      sampleEvery = value;
      return this;
    }

    /** {@link DriverOptions#countersEvery}. */
    public Builder countersEvery(long value) {
      countersEvery = value;
      return this;
    }

    /** {@link DriverOptions#pagesEvery}. */
    public Builder pagesEvery(long value) {
      pagesEvery = value;
      return this;
    }

    /** {@link DriverOptions#pageBits}. */
    public Builder pageBits(boolean value) {
      pageBits = value;
      return this;
    }

    /** {@link DriverOptions#results}. */
    public Builder results(boolean value) {
      results = value;
      return this;
    }

    /** {@link DriverOptions#calls}. */
    public Builder calls(boolean value) {
      calls = value;
      return this;
    }

    /** {@link DriverOptions#lazyFreeAtSamples}. */
    public Builder lazyFreeAtSamples(boolean value) {
      lazyFreeAtSamples = value;
      return this;
    }

    /** {@link DriverOptions#aslr}. */
    public Builder aslr(boolean value) {
      aslr = value;
      return this;
    }

    /** {@link DriverOptions#maps}. */
    public Builder maps(boolean value) {
      maps = value;
      return this;
    }

    /** {@link DriverOptions#readPageTable}. */
    public Builder readPageTable(boolean value) {
      readPageTable = value;
      return this;
    }

    /** {@link DriverOptions#interceptCalls}. */
    public Builder interceptCalls(boolean value) {
      interceptCalls = value;
      return this;
    }

    /** {@link DriverOptions#refusedCall}. */
    public Builder refusedCall(long value) {
      refusedCall = value;
      return this;
    }

    /** {@link DriverOptions#limitBytes}. */
    public Builder limitBytes(long value) {
      limitBytes = OptionalLong.of(value);
      return this;
    }

    /** {@link DriverOptions#allowSimulatedOnly}. */
    public Builder allowSimulatedOnly(boolean value) {
      allowSimulatedOnly = value;
      return this;
    }

    /** {@link DriverOptions#check}. */
    public Builder check(boolean value) {
      check = value;
      return this;
    }

    /** {@link DriverOptions#silence}. */
    public Builder silence(Duration value) {
      silence = value;
      return this;
    }

    /** {@link DriverOptions#timeout}. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** The options. */
    public DriverOptions build() {
      return new DriverOptions(
          opNanos,
          touch,
          sampleEvery,
          countersEvery,
          pagesEvery,
          pageBits,
          results,
          calls,
          lazyFreeAtSamples,
          aslr,
          maps,
          readPageTable,
          interceptCalls,
          refusedCall,
          limitBytes,
          allowSimulatedOnly,
          check,
          silence,
          timeout);
    }
  }
}
