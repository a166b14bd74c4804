package heapstakes.results.judge;

import heapstakes.results.Cell;
import heapstakes.results.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Which contestant to take, by what it is to be good at. Real libraries, which can be deployed as
 * they are and are compared by the wall clock, and models with their settings, which are compared
 * by what is counted, are two fields: a model's own speed is nobody's choice, and a real library's
 * memory has noise that a model's has not.
 *
 * @param field who is compared
 * @param speed what their speed is told by
 * @param picks the best for each objective that was measured
 * @param unbeaten those that nobody beats in both speed and retained memory
 */
public record Recommendation(
    Field field, Objective speed, List<Pick> picks, List<String> unbeaten) {
  /** Who is compared with whom. */
  public enum Field {
    /** Real libraries. */
    REAL("real libraries, on this machine", Standing::isNative, List.of(Objective.THROUGHPUT)),
    /**
     * Models, with settings or without: by what their libraries would take, else by the kernel's
     * work.
     */
    MODELS(
        "models and their settings",
        s -> !s.isNative(),
        List.of(Objective.FORECAST_ONE_LIFE, Objective.MODELLED_COST));

    private final String title;
    private final Predicate<Standing> members;
    private final List<Objective> speeds;

    Field(String title, Predicate<Standing> members, List<Objective> speeds) {
      this.title = title;
      this.members = members;
      this.speeds = speeds;
    }

    /** As tables name it. */
    public String title() {
      return title;
    }

    /** What members' speed is told by, where {@code told} says what there is: its first choice. */
    private Objective speed(Predicate<Objective> told) {
      return speeds.stream().filter(told).findFirst().orElse(speeds.getLast());
    }

    private boolean isJudgedBy(Objective objective) {
      return switch (objective) {
        case ONE_LIFE, THROUGHPUT, TAIL_LATENCY -> this == REAL;
        case FORECAST_ONE_LIFE, FORECAST_STEADY, MODELLED_COST -> this == MODELS;
        default -> true;
      };
    }
  }

  /**
   * What a choice costs in another objective, as ratios to what is best there. By the clock from
   * the workload where it costs least to the one where it costs most, as a mean of those that a
   * machine happened to tell is another mean on the next day; else the mean twice.
   *
   * @param least ratio
   * @param most ratio
   */
  public record Price(double least, double most) {}

  /**
   * The best for something.
   *
   * @param objective what for
   * @param contestant who
   * @param next who comes second
   * @param lead how many times the best the second is, 1 or more; infinite where it never gets
   *     there
   * @param sure what that lead is with a probability of 95 % at least: the upper ends of the best
   *     against the lower ends of the second; empty where nothing was timed
   * @param price by how much the contestant is worse than the best at other objectives, infinite
   *     where it never gets there; in the order of the objectives
   */
  public record Pick(
      Objective objective,
      String contestant,
      String next,
      double lead,
      OptionalDouble sure,
      SequencedMap<Objective, Price> price) {
    /** Whether another run, or the library, might name the second. */
    public boolean isLevel() {
      return lead < objective.tellable() || (sure.isPresent() && sure.getAsDouble() <= 1);
    }
  }

  /** Less than that is no difference worth a word. */
  static final double LEVEL = 1.05;

  /**
   * For each field of two contestants or more; over all workloads of {@code cells}, by the clock
   * over those that are not {@link WorkloadResults#isTooBusy too busy}.
   */
  public static List<Recommendation> of(List<Cell> cells) {
    List<WorkloadResults> workloads = WorkloadResults.of(cells, key -> List.of());
    List<Recommendation> advice = new ArrayList<>();
    for (Field field : Field.values()) {
      Map<Objective, SequencedMap<String, Ratios>> rankings = new EnumMap<>(Objective.class);
      for (Objective objective : Objective.values()) {
        if (field.isJudgedBy(objective)) {
          rankings.put(objective, ranking(told(workloads, objective), field, objective));
        }
      }
      Objective speed = field.speed(objective -> !ranked(rankings, objective).isEmpty());
      if (speed.isForetold()) {
        rankings.remove(Objective.MODELLED_COST); // a part of it, and no forecast
      }
      List<Pick> picks = picks(rankings, workloads);
      if (!picks.isEmpty()) {
        advice.add(new Recommendation(field, speed, picks, unbeaten(rankings, speed)));
      }
    }
    return advice;
  }

  /** Those whose figures can be told from noise; how threads get on together is not foretold. */
  private static List<WorkloadResults> told(List<WorkloadResults> workloads, Objective objective) {
    return workloads.stream()
        .filter(results -> !(objective.isByTheClock() && results.isTooBusy()))
        .filter(results -> !(objective.isForetold() && results.threads() > 1))
        .toList();
  }

  private static SequencedMap<String, Ratios> ranked(
      Map<Objective, SequencedMap<String, Ratios>> rankings, Objective objective) {
    return rankings.getOrDefault(objective, new LinkedHashMap<>());
  }

  /**
   * Contestants by the geometric mean of their ratio to the best of each workload, best first. Who
   * lacks the figure on a workload where another has it is not ranked; who never gets there where
   * another does comes last, at an infinite ratio.
   */
  private static SequencedMap<String, Ratios> ranking(
      List<WorkloadResults> workloads, Field field, Objective objective) {
    SequencedMap<String, List<Double>> ratios = new LinkedHashMap<>();
    int counted = 0;
    for (WorkloadResults results : workloads) {
      SequencedMap<String, Double> costs = costs(results, field, objective);
      OptionalDouble best = costs.values().stream().mapToDouble(cost -> cost).min();
      if (best.isPresent() && Double.isFinite(best.getAsDouble())) {
        counted++;
        costs.forEach((contestant, cost) ->
            ratios
                .computeIfAbsent(contestant, name -> new ArrayList<>())
                .add(cost / best.getAsDouble()));
      }
    }
    SequencedMap<String, Ratios> means = new LinkedHashMap<>();
    int all = counted;
    ratios.entrySet().stream()
        .filter(entry -> entry.getValue().size() == all)
        .map(entry -> Map.entry(entry.getKey(), Ratios.of(entry.getValue())))
        .sorted(Comparator.comparingDouble(entry -> entry.getValue().mean()))
        .forEach(entry -> means.put(entry.getKey(), entry.getValue()));
    return means;
  }

  private static SequencedMap<String, Double> costs(
      WorkloadResults results, Field field, Objective objective) {
    SequencedMap<String, Double> costs = new LinkedHashMap<>();
    results.standings().stream()
        .filter(standing -> standing.competes() && field.members.test(standing))
        .forEach(standing -> {
          if (objective.isNever(standing)) {
            costs.put(standing.contestant(), Double.POSITIVE_INFINITY);
          } else {
            objective.cost(standing).ifPresent(cost -> costs.put(standing.contestant(), cost));
          }
        });
    return costs;
  }

  private static List<Pick> picks(
      Map<Objective, SequencedMap<String, Ratios>> rankings, List<WorkloadResults> workloads) {
    List<Pick> picks = new ArrayList<>();
    rankings.forEach((objective, ranking) -> {
      if (ranking.size() > 1 && Double.isFinite(ranking.firstEntry().getValue().mean())) {
        String first = ranking.firstEntry().getKey();
        Map.Entry<String, Ratios> second =
            ranking.entrySet().stream().skip(1).findFirst().orElseThrow();
        double lead = second.getValue().mean() / ranking.firstEntry().getValue().mean();
        OptionalDouble sure =
            sureLead(told(workloads, objective), objective, first, second.getKey());
        picks.add(new Pick(objective, first, second.getKey(), lead, sure, price(first, rankings)));
      }
    });
    return picks;
  }

  private static OptionalDouble sureLead(
      List<WorkloadResults> workloads, Objective objective, String first, String second) {
    List<Double> leads =
        workloads.stream()
            .flatMap(results -> results.lead(first, second, objective).stream())
            .map(Interval::low)
            .toList();
    return leads.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Ratios.of(leads).mean());
  }

  private static SequencedMap<Objective, Price> price(
      String contestant, Map<Objective, SequencedMap<String, Ratios>> rankings) {
    SequencedMap<Objective, Price> price = new LinkedHashMap<>();
    rankings.forEach((objective, ranking) -> {
      Ratios own = ranking.get(contestant);
      if (own != null) {
        double mean = own.mean() / ranking.firstEntry().getValue().mean();
        if (mean >= Math.max(LEVEL, objective.tellable())) {
          price.put(
              objective,
              objective.isByTheClock()
                  ? new Price(own.least(), own.most())
                  : new Price(mean, mean));
        }
      }
    });
    return price;
  }

  private static List<String> unbeaten(
      Map<Objective, SequencedMap<String, Ratios>> rankings, Objective speed) {
    Map<String, Double> times = means(rankings, speed);
    Map<String, Double> retained = means(rankings, Objective.RETAINED);
    return ParetoSet.of(
        times.keySet().stream().filter(retained::containsKey).toList(), times::get, retained::get);
  }

  private static Map<String, Double> means(
      Map<Objective, SequencedMap<String, Ratios>> rankings, Objective objective) {
    Map<String, Double> means = new LinkedHashMap<>();
    ranked(rankings, objective)
        .forEach((contestant, ratios) -> means.put(contestant, ratios.mean()));
    return means;
  }
}
