package heapstakes.results.environment;

import heapstakes.results.ResultException;
import heapstakes.results.csv.CsvRows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code environment.json}: what a run ran on and what it was asked to do.
 *
 * @param schemaVersion version of the files of the run directory
 * @param heapstakesVersion version of this program
 * @param started when the run began, ISO 8601 with the zone
 * @param commandLine as typed, word by word
 * @param plan what that meant
 * @param host the machine
 * @param jvm the Java virtual machine of harness and forks
 * @param jmhVersion version of the benchmark harness
 * @param clockCostNanos what reading the clock costs, median of pairs of readings, in ns
 * @param contestants who took part
 * @param workloads what they ran
 * @param libraries malloc libraries that were loaded
 * @param forecastBy what forecasts were priced with; empty where there are none
 */
public record Environment(
    int schemaVersion,
    String heapstakesVersion,
    String started,
    List<String> commandLine,
    Plan plan,
    Host host,
    Jvm jvm,
    String jmhVersion,
    double clockCostNanos,
    List<Contestant> contestants,
    List<Workload> workloads,
    List<Library> libraries,
    Optional<CostsUsed> forecastBy) {
  /** Name of the file in a run directory. */
  public static final String NAME = "environment.json";

  /** Version of the files that this program writes; a change of a column's meaning raises it. */
  public static final int SCHEMA_VERSION = CsvRows.SCHEMA_VERSION;

  /**
   * This run as one that goes on with what {@code before} says: who took part and what was run then
   * stays known.
   *
   * @throws ResultException when a workload is another trace now, or forecasts have other prices
   */
  public Environment goingOnWith(Environment before) {
    requireTracesOf(before);
    requireCostsOf(before);
    return new Environment(
        schemaVersion,
        heapstakesVersion,
        started,
        commandLine,
        plan,
        host,
        jvm,
        jmhVersion,
        clockCostNanos,
        union(before.contestants, contestants, Contestant::contestant),
        union(
            before.workloads,
            workloads,
            workload -> List.of(workload.spec(), workload.traceSha256())),
        union(before.libraries, libraries, library -> library),
        forecastBy.or(before::forecastBy));
  }

  private void requireCostsOf(Environment before) {
    if (before.forecastBy.isPresent()
        && forecastBy.isPresent()
        && !before.forecastBy.equals(forecastBy)) {
      throw new ResultException(
          String.format(
              Locale.ROOT,
              """
              forecasts of this run were priced by %s, and now by %s.
                Figures of both cannot stand in one table. Give --costs the file of before, or start another \
              run with --out.\
              """,
              before.forecastBy.get(),
              forecastBy.get()));
    }
  }

  /**
   * Checks that what both runs name alike is one trace.
   *
   * @throws ResultException when it is not
   */
  public void requireTracesOf(Environment before) {
    for (Workload workload : workloads) {
      for (Workload other : before.workloads) {
        if (workload.spec().equals(other.spec())
            && !workload.traceSha256().equals(other.traceSha256())) {
          throw new ResultException(
              String.format(
                  Locale.ROOT,
                  """
                  %s is no longer the trace that this run was started with: its SHA-256 was %s and is %s.
                    Rows of both cannot stand in one table. Put the trace back, or start another run \
                  with --out.\
                  """,
                  workload.spec(),
                  other.traceSha256(),
                  workload.traceSha256()));
        }
      }
    }
  }

  /** Of two with the same {@code key} the later one stays. */
  private static <T> List<T> union(List<T> before, List<T> now, Function<T, Object> key) {
    Map<Object, T> all = new LinkedHashMap<>();
    before.forEach(one -> all.put(key.apply(one), one));
    now.forEach(one -> all.put(key.apply(one), one));
    return List.copyOf(all.values());
  }

  /** How to run a real program with a contestant; empty where there is nothing to deploy. */
  public String deployableForm(String contestant) {
    return contestants.stream()
        .filter(row -> row.contestant().equals(contestant))
        .map(Contestant::deployableForm)
        .findFirst()
        .orElse("");
  }

  /** What must be known of the workloads that {@code isOf} takes, a line each. */
  public List<String> cautions(Predicate<Workload> isOf) {
    return workloads.stream()
        .filter(isOf)
        .flatMap(of -> of.cautions().stream().map(caution -> of.workload() + ": " + caution))
        .distinct()
        .toList();
  }

  /**
   * A file of unit costs.
   *
   * @param machine of which machine
   * @param command that made it
   * @param date when, ISO 8601
   * @param sha256 of its content as it is written
   */
  public record CostsUsed(String machine, String command, String date, String sha256) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "costs of %s (%s, SHA-256 %.12s)", date, machine, sha256);
    }
  }

  /**
   * What was to be run; {@code --resume} without further options takes it from here.
   *
   * @param contestants {@code NAME[:KEY=VALUE…]}
   * @param workloads names with parameters, or traces
   * @param memory kinds of memory
   * @param threads numbers of threads; empty for what the traces have
   * @param profile memory, quick, standard or thorough
   * @param forks of a timed cell; 0 for the profile's own
   * @param relativeTo contestant that takes turns with the timed one in each fork
   * @param counts what is counted besides: {@link #INSTRUCTIONS}, {@link #LOCALITY}; none in files
   *     of earlier versions
   */
  public record Plan(
      List<String> contestants,
      List<String> workloads,
      List<String> memory,
      List<Integer> threads,
      String profile,
      int forks,
      Optional<String> relativeTo,
      List<String> counts) {
    /** As many JVMs as a timed cell may run in. */
    public static final int MOST_FORKS = 100;

    /** Instructions of real libraries. */
    public static final String INSTRUCTIONS = "instructions";

    /** Cache lines and pages that models touch. */
    public static final String LOCALITY = "locality";

    /** Nothing is counted besides. */
    public Plan(
        List<String> contestants,
        List<String> workloads,
        List<String> memory,
        List<Integer> threads,
        String profile,
        int forks,
        Optional<String> relativeTo) {
      this(contestants, workloads, memory, threads, profile, forks, relativeTo, List.of());
    }

    /** What a file leaves out is empty. */
    public Plan(
        List<String> contestants,
        List<String> workloads,
        List<String> memory,
        List<Integer> threads,
        String profile,
        int forks,
        Optional<String> relativeTo,
        @Nullable List<String> counts) {
      this.contestants = List.copyOf(contestants);
      this.workloads = List.copyOf(workloads);
      this.memory = List.copyOf(memory);
      this.threads = List.copyOf(threads);
      this.profile = profile;
      this.forks = forks;
      this.relativeTo = relativeTo;
      this.counts = counts == null ? List.of() : List.copyOf(counts);
      if (forks < 0 || forks > MOST_FORKS) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "forks is %d, which is not in 0 ... %d", forks, MOST_FORKS));
      }
      threads.stream()
          .filter(number -> number < 1)
          .findFirst()
          .ifPresent(number -> {
            throw new IllegalArgumentException(
                String.format(Locale.ROOT, "threads is %d, less than 1", number));
          });
    }
  }

  /**
   * The machine; empty or negative where it does not say.
   *
   * @param cpu model name of the processor
   * @param cores logical processors that this process may use
   * @param memoryBytes physical memory
   * @param kernel name, release and machine
   * @param distribution name of the operating system
   * @param overcommit vm.overcommit_memory: 0, 1 or 2
   * @param transparentHugePages always, madvise or never
   * @param governor frequency governor of the first core
   * @param loadAverage runnable tasks over the last minute when the run began
   */
  public record Host(
      String cpu,
      int cores,
      long memoryBytes,
      String kernel,
      String distribution,
      String overcommit,
      String transparentHugePages,
      String governor,
      double loadAverage) {}

  /**
   * The Java virtual machine.
   *
   * @param version e.g. {@code 25.0.3+9}
   * @param vendor who built it
   * @param name of the virtual machine
   * @param arguments it was started with
   * @param tunables environment variables that steer malloc libraries, {@code NAME=VALUE}
   */
  public record Jvm(
      String version, String vendor, String name, List<String> arguments, List<String> tunables) {
    private static final String LAUNCHERS = "GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384";

    /** Those of {@link #tunables} that the user has set: our launcher sets one for itself. */
    public List<String> tunablesOfTheUser() {
      return tunables.stream().filter(tunable -> !tunable.equals(LAUNCHERS)).toList();
    }
  }

  /**
   * A contestant.
   *
   * @param contestant {@code NAME[:KEY=VALUE…]}
   * @param kind model, strategy, experiment, floor or native
   * @param version of the real or modelled library
   * @param deployableForm how to run a real program so; empty where there is nothing to deploy
   */
  public record Contestant(String contestant, String kind, String version, String deployableForm) {}

  /**
   * A workload.
   *
   * @param workload name in {@code cells.csv}
   * @param spec as given, parameters and seed included where they were given
   * @param traceSha256 digest as in {@code cells.csv}
   * @param operations of the trace; -1 where that is known only after a pass
   * @param threads of the trace
   * @param cautions what the trace does not hold of its program, and who uses its figures has to
   *     know; none in files of earlier versions
   */
  public record Workload(
      String workload,
      String spec,
      String traceSha256,
      long operations,
      int threads,
      List<String> cautions) {
    /** What a file leaves out is empty. */
    public Workload(
        String workload,
        String spec,
        String traceSha256,
        long operations,
        int threads,
        @Nullable List<String> cautions) {
      this.workload = workload;
      this.spec = spec;
      this.traceSha256 = traceSha256;
      this.operations = operations;
      this.threads = threads;
      this.cautions = cautions == null ? List.of() : List.copyOf(cautions);
    }
  }

  /**
   * A loaded malloc library.
   *
   * @param contestant that it serves
   * @param version its own statement
   * @param file where it was found
   * @param sha256 of the file, lower-case hex
   */
  public record Library(String contestant, String version, String file, String sha256) {}
}
