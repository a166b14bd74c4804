package heapstakes.cli;

import heapstakes.pool.PoolLimits;
import heapstakes.results.environment.HostProbe;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of commands that replay on several cores. */
final class Jobs {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description =
          "Replays for memory at a time; as many as there are cores by default. Big ones wait while"
              + " half of the machine's memory is taken. What is timed is alone.")
  private @Nullable Integer jobs;

  /** So many, and half of the machine's memory for them. */
  PoolLimits limits() {
    return limits(new HostProbe().host().memoryBytes() / 2);
  }

  /** So many, and {@code bytes} of memory for them. */
  PoolLimits limits(long bytes) {
    if (jobs != null && jobs < 1) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "-j %d: it takes a number from 1 on", jobs));
    }
    return new PoolLimits(
        jobs == null ? Runtime.getRuntime().availableProcessors() : jobs, Math.max(1, bytes));
  }
}
