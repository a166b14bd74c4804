package heapstakes.bench;

import heapstakes.allocator.Contestant;
import heapstakes.cell.LabelledContestant;
import heapstakes.driver.DriverOptions;
import heapstakes.forecast.Costs;
import heapstakes.results.WorkloadNames;
import heapstakes.results.environment.Environment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run is to do.
 *
 * @param plans one a workload
 * @param profile how much time a fork of a timed cell gets
 * @param forks JVMs that a timed cell runs in, one after the other; 0 where nothing is
 * @param relativeTo contestant that takes turns with the timed one in each fork
 * @param costs by which times of real libraries are foretold; empty: they are not
 * @param counts what is counted besides, as in {@link Environment.Plan#counts}
 * @param timeout after which whoever hangs is ended; empty: as {@link #forkLimit} and {@link
 *     DriverOptions#silence} say
 * @param budget time in which it ends, leaving out what there is no time for; empty: all is done
 */
public record RunPlan(
    List<WorkloadPlan> plans,
    Profile profile,
    int forks,
    Optional<Contestant> relativeTo,
    Optional<Costs> costs,
    List<String> counts,
    Optional<Duration> timeout,
    Optional<Duration> budget) {
  /**
   * What a run has not done for want of time.
   *
   * @param workloads that were not begun
   * @param untimed workloads that were metered and not timed
   * @param hurried workloads with fewer rounds than an interval of 95 % takes, and how many
   */
  public record Omissions(List<String> workloads, List<String> untimed, List<String> hurried) {
    /** Rounds that an interval of 95 % takes. */
    public static int roundsWanted() {
      return Profile.FEWEST_ROUNDS;
    }
  }

  /** Of a JVM's start, and of machines that are busy with something else. */
  private static final long GRACE_MILLIS = 60_000;

  // A fork decodes the trace, and fills the heap up to a mark before each of its replays.
  private static final long FOOTPRINTS_A_FORK = 20;

  /** The same with another time after which whoever hangs is ended. */
  public RunPlan withTimeout(Optional<Duration> timeout) {
    return new RunPlan(plans, profile, forks, relativeTo, costs, counts, timeout, budget);
  }

  /** The same with forecasts by {@code costs}. */
  public RunPlan withCosts(Costs chosen) {
    return new RunPlan(
        plans, profile, forks, relativeTo, Optional.of(chosen), counts, timeout, budget);
  }

  /** The same in another time. */
  public RunPlan withBudget(Optional<Duration> budget) {
    return new RunPlan(plans, profile, forks, relativeTo, costs, counts, timeout, budget);
  }

  /**
   * After which time a fork is ended that is not done with its start or with one request.
   *
   * @param footprint how long metering the same took
   */
  Duration forkLimit(Duration footprint) {
    long millis = GRACE_MILLIS + 2 * profile.mostMillis();
    return timeout.orElseGet(
        () -> Duration.ofMillis(millis).plus(footprint.multipliedBy(FOOTPRINTS_A_FORK)));
  }

  /** How a driver replays in this run. */
  DriverOptions driverOptions(DriverOptions options) {
    return timeout.map(options::withSilence).orElse(options);
  }

  /** Every workload. */
  public List<TracedWorkload> workloads() {
    return plans.stream().map(WorkloadPlan::workload).toList();
  }

  /** Names under which the workloads are shown. */
  public WorkloadNames names() {
    WorkloadNames names = new WorkloadNames();
    workloads().forEach(workload -> names.add(workload.name(), workload.trace().info().sha256()));
    return names;
  }

  /** Everybody who takes part somewhere. */
  public List<LabelledContestant> contestants() {
    return plans.stream().flatMap(heat -> heat.contestants().stream()).distinct().toList();
  }

  /** Every stage of every cell of {@code workload}, in the order in which they are run. */
  public List<StageTask> tasks(TracedWorkload workload) {
    return plans.stream()
        .filter(heat -> heat.workload().equals(workload))
        .flatMap(heat -> heat.tasks().stream())
        .toList();
  }
}
