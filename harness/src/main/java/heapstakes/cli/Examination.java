package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.driver.NativeBuild;
import heapstakes.file.PrivateFolder;
import heapstakes.foreign.AddedLibraries;
import heapstakes.meter.LatencyMeter;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import heapstakes.results.environment.Environment.Host;
import heapstakes.results.environment.HostProbe;
import heapstakes.results.table.Units;
import heapstakes.setting.Printable;
import heapstakes.setting.SettingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at everything that results depend on. */
final class Examination {
  private static final int NEEDED_JAVA = 25;
  private static final long COMFORTABLE_BYTES = 4L << 30;
  private static final long SLOW_CLOCK_NANOS = 100;
  private static final String TLS = "glibc.rtld.optional_static_tls";

  private final HostProbe probe = new HostProbe();
  private final Host host = probe.host();

  /** Every finding, in order of reading. */
  List<Diagnosis> findings() {
    List<Diagnosis> findings = new ArrayList<>();
    findings.add(java());
    findings.add(cores());
    findings.add(load());
    findings.add(memory());
    findings.add(kernel());
    findings.add(overcommit());
    findings.add(hugePages());
    findings.add(clock());
    findings.add(mappings());
    findings.add(addressSpace());
    findings.add(seccomp());
    findings.add(proc());
    findings.add(compiler());
    findings.add(cache());
    Machine.all().forEach(kind -> findings.add(kindOfMemory(kind)));
    findings.add(threadLocalRoom());
    Allocators.all().stream()
        .filter(p -> p.badge() == Badge.REAL)
        .filter(p -> p.library().isPresent() || p.name().contains("-"))
        .forEach(library -> findings.add(library(library.name(), library)));
    AddedLibraries.all()
        .forEach(added -> findings.add(library(added.toString(), added.provider())));
    return findings;
  }

  private static Diagnosis java() {
    String version = Runtime.version() + " " + System.getProperty("java.vendor");
    return Runtime.version().feature() >= NEEDED_JAVA
        ? Diagnosis.ok("java", version)
        : Diagnosis.fail(
            "java", version, "Install a JDK 25 or later, or set HEAPSTAKES_JAVA_HOME.");
  }

  private Diagnosis cores() {
    return Diagnosis.warnUnless(
        host.cores() > 1,
        "cores",
        host.cores() + "   " + host.cpu(),
        "With one core, compiler and collector threads disturb what is timed.");
  }

  private Diagnosis load() {
    return Diagnosis.warnUnless(
        host.loadAverage() < 0.5 * host.cores(),
        "load",
        Units.digits(host.loadAverage(), 2) + " runnable over the last minute",
        "Timings will be noisy: end what else runs, or take --profile standard.");
  }

  private Diagnosis memory() {
    return Diagnosis.warnUnless(
        host.memoryBytes() >= COMFORTABLE_BYTES,
        "memory",
        Units.bytes(host.memoryBytes()),
        "The largest workloads will not fit; give them a smaller n.");
  }

  private Diagnosis kernel() {
    boolean linux = host.kernel().startsWith("Linux");
    return Diagnosis.warnUnless(
        linux && host.kernel().endsWith("amd64"),
        "kernel",
        host.kernel() + "   " + host.distribution(),
        "Real libraries are metered on Linux on x86-64 only; models run with --memory simulated.");
  }

  private Diagnosis overcommit() {
    return Diagnosis.warnUnless(
        !host.overcommit().equals("2"),
        "overcommit",
        "vm.overcommit_memory = " + (host.overcommit().isEmpty() ? "?" : host.overcommit()),
        "Reservations count in mode 2 and may be refused: sysctl vm.overcommit_memory=0");
  }

  private Diagnosis hugePages() {
    String mode = host.transparentHugePages();
    return Diagnosis.warnUnless(
        !mode.equals("always"),
        "huge pages",
        mode.isEmpty() ? "none" : "transparent: " + mode,
        """
        Resident memory of real libraries comes in steps of 2 MiB then and differs from the models':
        echo madvise > /sys/kernel/mm/transparent_hugepage/enabled\
        """);
  }

  private Diagnosis clock() {
    long nanos = LatencyMeter.clockNanos();
    String source =
        probe.field("sys/devices/system/clocksource/clocksource0/current_clocksource", "(.*)");
    return Diagnosis.warnUnless(
        nanos <= SLOW_CLOCK_NANOS,
        "clock",
        nanos + " ns a reading" + (source.isEmpty() ? "" : ", source " + source),
        "Latencies contain that. If the kernel offers it, take the clock source tsc.");
  }

  private Diagnosis mappings() {
    String most = probe.vm("max_map_count");
    return Diagnosis.warnUnless(
        most.isEmpty() || Long.parseLong(most) >= 65_530,
        "mappings",
        "vm.max_map_count = " + most,
        "Allocators that cut mappings will run into it: sysctl vm.max_map_count=65530");
  }

  private Diagnosis addressSpace() {
    String limit = probe.field("proc/self/limits", "Max address space\\s+(\\S+).*");
    return Diagnosis.warnUnless(
        limit.isEmpty() || limit.equals("unlimited"),
        "limits",
        "address space " + (limit.isEmpty() ? "?" : limit),
        "Real memory needs a large reservation: ulimit -v unlimited");
  }

  private Diagnosis seccomp() {
    String mode = probe.field("proc/self/status", "Seccomp:\\s*([0-9]+)");
    return mode.equals("2")
        ? Diagnosis.ok("seccomp", "a filter is in place, as in most containers")
        : Diagnosis.ok("seccomp", mode.isEmpty() ? "unknown" : "no filter");
  }

  private Diagnosis proc() {
    boolean readable = !probe.field("proc/self/smaps_rollup", "Rss:\\s*([0-9]+) kB").isEmpty();
    return Diagnosis.warnUnless(
        readable,
        "/proc",
        readable ? "resident memory can be read" : "smaps_rollup cannot be read",
        "Memory of real libraries cannot be metered; run where /proc is mounted.");
  }

  private static Diagnosis cache() {
    List<String> refusals = new ArrayList<>();
    for (Path place : PrivateFolder.caches(System.getenv())) {
      Optional<String> refusal = PrivateFolder.refusal(place);
      if (refusal.isEmpty()) {
        return Diagnosis.ok("cache", Printable.line(place.toString()));
      }
      refusals.add(refusal.get());
    }
    return Diagnosis.warn(
        "cache",
        "none: what is compiled goes with each process",
        Printable.line(
            "Name a folder that nobody else can write to, XDG_CACHE_HOME=DIR. "
                + String.join("; ", refusals)));
  }

  private static Diagnosis compiler() {
    return NativeBuild.ofDriver()
        .unavailable()
        .map(why -> Diagnosis.warn("compiler", "memory of real libraries cannot be metered", why))
        .orElseGet(() -> Diagnosis.ok("compiler", "there, or its work is done"));
  }

  private static Diagnosis kindOfMemory(AddressSpaceProvider kind) {
    return kind.unavailable()
        .map(why -> Diagnosis.warn("--memory", kind.name() + " cannot be had", why))
        .orElseGet(() -> Diagnosis.ok("--memory", kind.name()));
  }

  private static Diagnosis threadLocalRoom() {
    String tunables = System.getenv().getOrDefault("GLIBC_TUNABLES", "");
    return Diagnosis.warnUnless(
        tunables.contains(TLS),
        "static tls",
        tunables.isEmpty() ? "GLIBC_TUNABLES is not set" : tunables,
        "Debian's jemalloc may not load: GLIBC_TUNABLES=" + TLS + "=16384 (./heapstakes sets it)");
  }

  private static Diagnosis library(String name, AllocatorProvider provider) {
    try {
      return provider
          .unavailable()
          .map(why -> Diagnosis.warn("library", name + " is not here", why))
          .orElseGet(() ->
              Diagnosis.ok(
                  "library",
                  String.format(Locale.ROOT, "%-24s %s", name, provider.lineage().version())));
    } catch (SettingException e) {
      return Diagnosis.warn("library", name + " does not load", String.valueOf(e.getMessage()));
    }
  }
}
