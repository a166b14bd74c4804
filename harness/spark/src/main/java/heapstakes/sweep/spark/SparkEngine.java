package heapstakes.sweep.spark;

import heapstakes.sweep.EngineException;
import heapstakes.sweep.EngineOptions;
import heapstakes.sweep.SweepEngine;
import heapstakes.sweep.SweepTask;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** Apache Spark: in this process ({@code local[2]}) or a cluster ({@code spark://HOST:PORT}). */
public final class SparkEngine implements SweepEngine {
  /** As the launcher starts the program itself. */
  private static final String JAVA_OPTIONS =
      "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xss2m";

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public void requireAble(List<SweepTask> tasks) {
    tasks.stream()
        .filter(task -> !task.contestant().takesAnyMemory())
        .findFirst()
        .ifPresent(task -> {
          throw new EngineException(
              String.format(
                  Locale.ROOT,
                  """
                  %s is not distributed: a real library's figures are those of one machine and its build.
                    Sweep real libraries without --engine, or leave them out.\
                  """,
                  task.contestant()));
        });
  }

  @Override
  public Results begin(List<SweepTask> tasks, EngineOptions options) {
    SparkConf conf =
        new SparkConf()
            .setAppName("heapstakes sweep")
            .setMaster(options.master())
            .set("spark.ui.enabled", "false")
            .set("spark.speculation", "true") // who is slow is overtaken
            .set("spark.executor.extraJavaOptions", JAVA_OPTIONS);
    options.settings().forEach(conf::set);
    try {
      conf.setJars(ShippedJars.paths());
      return new SparkResults(
          new JavaSparkContext(conf), List.copyOf(tasks), options.limits().bytes());
    } catch (Exception e) {
      // Scala does not declare what it throws.
      throw refused(options.master(), e);
    }
  }

  private static EngineException refused(String master, Exception e) {
    if (e instanceof EngineException told) {
      return told;
    }
    String why = e instanceof SparkException ? e.getMessage() : e.toString();
    return new EngineException(
        String.format(
            Locale.ROOT,
            "--master %s: Spark does not start: %s%n"
                + "  Give a master that runs the same version of Spark, e.g. spark://HOST:7077, or local[2].",
            master,
            String.valueOf(why).lines().findFirst().orElse("")),
        e);
  }
}
