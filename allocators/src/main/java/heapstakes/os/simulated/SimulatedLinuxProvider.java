package heapstakes.os.simulated;

import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.nt.NtProcess;
import heapstakes.setting.Setting;
import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;

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
  public AddressSpace open(Settings settings) {
    return settings.text(MachineConfig.KERNEL).equals(MachineConfig.NT)
        ? openNt(settings)
        : new SimulatedLinux(MachineConfig.of(settings));
  }

  /** Its pages are those of a machine that refuses nothing: the commit limit is NT's business. */
  private static NtProcess openNt(Settings settings) {
    settings.given().keySet().stream()
        .filter(key -> !MachineConfig.OF_NT.contains(key))
        .findFirst()
        .ifPresent(key -> {
          throw new SettingException(
              String.format(
                  Locale.ROOT,
                  "simulated:kernel=nt has no %s=%s: that is Linux's.\n  With this kernel go: %s.",
                  key,
                  settings.text(key),
                  String.join(", ", MachineConfig.OF_NT)));
        });
    Settings pages =
        settings
            .with("fail_call", "0")
            .with("overcommit", "1")
            .with("max_map_count", Integer.toString(Integer.MAX_VALUE / 2));
    return new NtProcess(
        new SimulatedLinux(MachineConfig.of(pages)),
        settings.number("ram") + settings.number("swap"),
        settings.number("fail_call"));
  }

  /**
   * Starts a process on a machine set by {@code KEY=VALUE[,KEY=VALUE…]}, empty for all defaults.
   */
  public static SimulatedLinux open(String settings) {
    return new SimulatedLinux(
        MachineConfig.of(Settings.parse(NAME, MachineConfig.SETTINGS, settings)));
  }
}
