package heapstakes.os.simulated;

import heapstakes.os.AddressSpaceProvider;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;

/** Simulated memory: deterministic, on any host, the same figures on every machine. */
public final class SimulatedLinuxProvider implements AddressSpaceProvider {
  private static final String NAME = "simulated";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting> settings() {
    return MachineConfig.SETTINGS;
  }

  @Override
  public SimulatedLinux open(Settings settings) {
    return new SimulatedLinux(MachineConfig.of(settings));
  }

  /**
   * Starts a process on a machine set by {@code KEY=VALUE[,KEY=VALUE…]}, empty for all defaults.
   */
  public static SimulatedLinux open(String settings) {
    return new SimulatedLinux(
        MachineConfig.of(Settings.parse(NAME, MachineConfig.SETTINGS, settings)));
  }
}
