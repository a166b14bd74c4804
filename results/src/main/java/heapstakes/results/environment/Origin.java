package heapstakes.results.environment;

import heapstakes.results.table.Units;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where figures are from: they may be ranked together where it is the same.
 *
 * @param build version and commit of this program
 * @param machine processor, memory, systems, Java, for people
 */
public record Origin(String build, String machine) {
  /** Of a run. */
  public static Origin of(Environment environment) {
    Environment.Host host = environment.host();
    String machine =
        Stream.of(
                host.cpu(),
                host.cores() > 0 ? host.cores() + " cores" : "",
                host.memoryBytes() > 0 ? Units.bytes(host.memoryBytes()) : "",
                host.kernel(),
                host.distribution(),
                "Java " + environment.jvm().version())
            .filter(part -> !part.isBlank())
            .collect(Collectors.joining(" · "));
    return new Origin(environment.heapstakesVersion(), machine);
  }
}
