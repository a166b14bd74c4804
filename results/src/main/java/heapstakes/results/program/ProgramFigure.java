package heapstakes.results.program;

import java.util.OptionalLong;
import java.util.function.Function;

/** A figure of a run that is compared; less is better. */
public enum ProgramFigure {
  WALL("wall clock", "wall_ns", run -> OptionalLong.of(run.time().wallNanos())),
  CPU("CPU time", "cpu_ns", run -> OptionalLong.of(run.time().cpuNanos())),
  PEAK("peak memory", "peak_resident_bytes", run -> OptionalLong.of(run.peakResidentBytes())),
  END("memory at its end", "end_resident_bytes", run -> run.atEnd(ProgramRun.AtEnd::resident)),
  ANONYMOUS(
      "anonymous at its end", "end_anonymous_bytes", run -> run.atEnd(ProgramRun.AtEnd::anonymous)),
  LAZY_FREE(
      "lazily freed at its end",
      "end_lazy_free_bytes",
      run -> run.atEnd(ProgramRun.AtEnd::lazyFree)),
  HUGE("in huge pages", "end_huge_page_bytes", run -> run.atEnd(ProgramRun.AtEnd::huge)),
  MINOR_FAULTS("minor faults", "minor_faults", run -> OptionalLong.of(run.minorFaults())),
  MAJOR_FAULTS("major faults", "major_faults", run -> OptionalLong.of(run.majorFaults()));

  private final String title;
  private final String header;
  private final Function<ProgramRun, OptionalLong> figure;

  ProgramFigure(String title, String header, Function<ProgramRun, OptionalLong> figure) {
    this.title = title;
    this.header = header;
    this.figure = figure;
  }

  /** As tables name it. */
  public String title() {
    return title;
  }

  /** As CSV files name it, its unit at the end. */
  public String header() {
    return header;
  }

  /** Of one run; empty where nobody could look. */
  public OptionalLong of(ProgramRun run) {
    return figure.apply(run);
  }
}
