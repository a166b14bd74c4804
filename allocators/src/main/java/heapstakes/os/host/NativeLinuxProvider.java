package heapstakes.os.host;

import heapstakes.memory.Addresses;
import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.linux.ProcessLayout;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Real memory by real system calls: {@code --memory linux}. */
public final class NativeLinuxProvider implements AddressSpaceProvider {
  private static final long MAX_WINDOW = 16L << 40; // two of them, and several processes, must fit

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.flag("metered", false, "look for resident and returned bytes; costs time"),
        Setting.size(
            "window", "1024G", 1L << 30, MAX_WINDOW, "address space for the break, and for mmap"));
  }

  @Override
  public Optional<String> unavailable() {
    String system = System.getProperty("os.name");
    if (!system.toLowerCase(Locale.ROOT).equals("linux")) {
      return Optional.of(
          String.format(
              Locale.ROOT, "it needs Linux, this is %s.\n  Use --memory simulated.", system));
    }
    int page = new NativeLinuxCalls().pageBytes();
    return page == Addresses.PAGE_BYTES
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "it needs pages of 4096 bytes, this kernel has %d.\n  Use --memory simulated.",
                page));
  }

  @Override
  public boolean isReal() {
    return true;
  }

  @Override
  public boolean isParallel() {
    return true;
  }

  @Override
  public AddressSpace open(Settings settings) {
    NativeLinuxCalls calls = new NativeLinuxCalls();
    NativeLinuxWindows windows =
        NativeLinuxWindows.reserve(calls, ProcessLayout.PIE, settings.number("window"));
    NativeLinuxMeter meter =
        new NativeLinuxMeter(calls, windows.hostOffset(), settings.flag("metered"));
    return new NativeLinux(calls, windows, meter);
  }
}
