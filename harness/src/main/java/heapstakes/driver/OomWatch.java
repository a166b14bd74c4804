package heapstakes.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The kernel's own word on whether it ended a process for want of memory: SIGKILL alone says
 * nothing, as anybody may send it. The kernel counts such ends by control group, {@code oom_kill}
 * in cgroup v2's {@code memory.events} and in v1's {@code memory.oom_control}; a root group has no
 * such file, there the machine's count in {@code /proc/vmstat} stands for it.
 */
public final class OomWatch {
  private static final Path VMSTAT = Path.of("/proc/vmstat");
  private static final String COUNTER = "oom_kill ";

  private final Path file;
  private final OptionalLong before;

  private OomWatch(Path file) {
    this.file = file;
    this.before = count(file);
  }

  /** Watches the group in which a process is now. */
  public static OomWatch of(long pid) {
    return new OomWatch(counterOf(Path.of("/proc", Long.toString(pid))).orElse(VMSTAT));
  }

  /** Whether the kernel has ended a process of the group since; false where it does not say. */
  public boolean hasStruck() {
    OptionalLong now = count(file);
    return before.isPresent() && now.isPresent() && now.getAsLong() > before.getAsLong();
  }

  private static OptionalLong count(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(COUNTER))
          .mapToLong(line -> Long.parseLong(line.substring(COUNTER.length()).strip()))
          .findFirst();
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // the group is gone, or the kernel does not count
    }
  }

  /** The file with the counter, of v2 or else of v1. */
  private static Optional<Path> counterOf(Path process) {
    try {
      List<String> groups = Files.readAllLines(process.resolve("cgroup"));
      List<String> mounts = Files.readAllLines(process.resolve("mountinfo"));
      return find(groups, mounts, "0::", " - cgroup2 ", "", "memory.events")
          .or(() -> find(groups, mounts, ":memory:", " - cgroup ", "memory", "memory.oom_control"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> find(
      List<String> groups,
      List<String> mounts,
      String controller,
      String type,
      String option,
      String name) {
    Optional<String> group =
        groups.stream()
            .filter(line -> line.contains(controller))
            .map(line -> line.substring(line.indexOf(controller) + controller.length()))
            .findFirst();
    return mounts.stream()
        .filter(line -> line.contains(type) && line.endsWith(option))
        .flatMap(line -> group.map(g -> file(line, g, name)).stream())
        .filter(Files::isReadable)
        .filter(file -> count(file).isPresent())
        .findFirst();
  }

  /** proc(5), mountinfo: the fourth field is what is mounted of the hierarchy, the fifth where. */
  private static Path file(String mount, String group, String name) {
    String[] fields = mount.split(" ");
    String root = fields[3].equals("/") ? "" : fields[3];
    String below = group.startsWith(root) ? group.substring(root.length()) : group;
    return Path.of(fields[4] + below).resolve(name);
  }
}
