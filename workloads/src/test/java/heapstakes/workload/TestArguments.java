package heapstakes.workload;

import java.util.HashMap;
import java.util.Map;

/** A provider's defaults, with some values replaced. */
public final class TestArguments implements Arguments {
  private final Map<String, String> values = new HashMap<>();
  private final String given;

  /**
   * @param given {@code KEY=VALUE}, sizes and numbers in digits
   */
  public TestArguments(WorkloadProvider provider, String... given) {
    provider.parameters().forEach(p -> values.put(p.key(), p.defaultValue()));
    for (String pair : given) {
      int equals = pair.indexOf('=');
      values.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    this.given = String.join(",", given);
  }

  @Override
  public long number(String key) {
    String value = text(key);
    int unit = "KMG".indexOf(value.charAt(value.length() - 1)) + 1;
    return unit == 0
        ? Long.parseLong(value)
        : Long.parseLong(value.substring(0, value.length() - 1)) << 10 * unit;
  }

  @Override
  public String text(String key) {
    return values.getOrDefault(key, "");
  }

  @Override
  public String toString() {
    return given;
  }
}
