package heapstakes.results.environment;

import heapstakes.results.environment.Environment.Host;
import heapstakes.results.environment.Environment.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks the machine what it is: the files of /proc, /sys and /etc. */
public final class HostProbe {
  private static final Pattern CHOSEN = Pattern.compile("\\[([a-z]+)]");
  private static final Pattern TUNABLE =
      Pattern.compile("GLIBC_TUNABLES|M?_?MALLOC_.*|TCMALLOC_.*|MIMALLOC_.*|LD_PRELOAD");

  private final Path root;

  /** Probes this machine. */
  public HostProbe() {
    this(Path.of("/"));
  }

  /**
   * Probes the machine whose file system is at {@code root}.
   *
   * @param root where /proc, /sys and /etc are
   */
  public HostProbe(Path root) {
    this.root = root;
  }

  /** What the machine is. */
  public Host host() {
    return new Host(
        field("proc/cpuinfo", "model name\\s*:\\s*(.+)"),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(),
        String.format(
            Locale.ROOT,
            "%s %s %s",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")),
        field("etc/os-release", "PRETTY_NAME=\"?([^\"]+)\"?"),
        line("proc/sys/vm/overcommit_memory"),
        transparentHugePages(),
        line("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        loadAverage());
  }

  /** What runs this program. */
  public static Jvm jvm() {
    List<String> tunables =
        System.getenv().entrySet().stream()
            .filter(e -> TUNABLE.matcher(e.getKey()).matches())
            .sorted(Map.Entry.comparingByKey())
            .map(e -> e.getKey() + "=" + e.getValue())
            .toList();
    return new Jvm(
        Runtime.version().toString(),
        System.getProperty("java.vendor"),
        System.getProperty("java.vm.name"),
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        tunables);
  }

  /** Value of {@code vm.<name>}, or empty. */
  public String vm(String name) {
    return line("proc/sys/vm/" + name);
  }

  /** Runnable tasks over the last minute, or -1. */
  public double loadAverage() {
    String text = line("proc/loadavg");
    int space = text.indexOf(' ');
    return space < 0 ? -1 : Double.parseDouble(text.substring(0, space));
  }

  /** The chosen mode of transparent huge pages, or empty. */
  public String transparentHugePages() {
    Matcher chosen = CHOSEN.matcher(line("sys/kernel/mm/transparent_hugepage/enabled"));
    return chosen.find() ? chosen.group(1) : "";
  }

  /** What {@code regex}'s first group finds in a line of {@code file}, or empty. */
  public String field(String file, String regex) {
    Pattern pattern = Pattern.compile(regex);
    return read(file)
        .lines()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1).strip())
        .findFirst()
        .orElse("");
  }

  private long memoryBytes() {
    String kib = field("proc/meminfo", "MemTotal:\\s*([0-9]+) kB");
    return kib.isEmpty() ? -1 : Long.parseLong(kib) * 1024;
  }

  private String line(String file) {
    return read(file).lines().findFirst().orElse("").strip();
  }

  /** In one read of many bytes: some files of /proc answer only the first read. */
  private String read(String file) {
    try (BufferedReader reader = Files.newBufferedReader(root.resolve(file))) {
      return reader.lines().collect(Collectors.joining("\n"));
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }
}
