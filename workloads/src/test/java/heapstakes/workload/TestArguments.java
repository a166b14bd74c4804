package heapstakes.workload;

import heapstakes.setting.Settings;

/** A provider's defaults, with some values replaced. */
public final class TestArguments {
  private TestArguments() {}

  /**
   * As on the command line.
   *
   * @param given {@code KEY=VALUE}
   */
  public static Settings of(WorkloadProvider provider, String... given) {
    return Settings.parse(provider.name(), provider.parameters(), String.join(",", given));
  }
}
