package heapstakes.cell;

import java.io.Serializable;

/**
 * What is to be metered, in words only: it can be written down, sent to another process, and
 * carried out there. Nothing is looked up before {@link CellRunner} runs it. How many threads there
 * are, the workload says.
 *
 * @param contestant {@code NAME[@VERSION][:KEY=VALUE[,KEY=VALUE…]]}
 * @param workload a workload {@code NAME[:KEY=VALUE…]} or a trace file {@code [FORMAT:]PATH}
 * @param memory kind of memory with its settings {@code NAME[:KEY=VALUE…]}; a contestant that takes
 *     real memory only has a process of its own, whatever stands here
 * @param opNanos virtual time of an operation in a trace without a clock, in ns, at least 0
 * @param touch which pages of a new block are written, {@code all}, {@code first} or {@code none};
 *     empty: as the trace says
 * @param sampleEvery operations between two points of the curve of a real library; 0: so many that
 *     there are a thousand points
 */
public record CellSpec(
    String contestant, String workload, String memory, long opNanos, String touch, long sampleEvery)
    implements Serializable {
  private static final String SIMULATED = "simulated";
  private static final long OP_NANOS = 100;

  /** Rejects negative numbers. */
  public CellSpec {
    if (opNanos < 0 || sampleEvery < 0) {
      throw new IllegalArgumentException(
          "an operation of "
              + opNanos
              + " ns, sampled every "
              + sampleEvery
              + ": none is negative");
    }
  }

  /** On simulated memory, 100 ns an operation, touched as the trace says. */
  public static CellSpec of(String contestant, String workload) {
    return new CellSpec(contestant, workload, SIMULATED, OP_NANOS, "", 0);
  }

  /** The same of another contestant. */
  public CellSpec withContestant(String other) {
    return new CellSpec(other, workload, memory, opNanos, touch, sampleEvery);
  }

  /** The same on other memory. */
  public CellSpec withMemory(String other) {
    return new CellSpec(contestant, workload, other, opNanos, touch, sampleEvery);
  }

  /** The same with operations of another length, in ns. */
  public CellSpec withOpNanos(long other) {
    return new CellSpec(contestant, workload, memory, other, touch, sampleEvery);
  }

  /** The same with other pages of new blocks written. */
  public CellSpec withTouch(String other) {
    return new CellSpec(contestant, workload, memory, opNanos, other, sampleEvery);
  }

  /** The same with other points of a real library's curve. */
  public CellSpec withSampleEvery(long other) {
    return new CellSpec(contestant, workload, memory, opNanos, touch, other);
  }
}
