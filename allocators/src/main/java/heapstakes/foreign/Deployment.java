package heapstakes.foreign;

import heapstakes.allocator.Contestant;
import heapstakes.setting.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What it takes to run a program on a real library: the way users do it, in a process of its own.
 *
 * @param file to preload, or to open where there is a prefix; empty for the C library's malloc
 * @param prefix before its functions' names; empty for a library that replaces malloc
 * @param environment the variables that set it
 */
public record Deployment(Optional<Path> file, String prefix, Map<String, String> environment) {

  /** Of a contestant; empty if it is not a real library, or one without a file of its own. */
  public static Optional<Deployment> of(Contestant contestant) {
    return contestant.provider() instanceof Deployable deployable
        ? deployable.deployment(contestant.settings())
        : Optional.empty();
  }

  /** The variables of a deployable form, {@code NAME=VALUE NAME=VALUE …}. */
  public static Map<String, String> variables(String deployableForm) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String assignment : deployableForm.split(" ")) {
      int equals = assignment.indexOf('=');
      if (equals > 0) {
        variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
      }
    }
    return variables;
  }

  /** Made of a library. */
  interface Deployable {
    Optional<Deployment> deployment(Settings settings);
  }
}
