package heapstakes.foreign;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.setting.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What all real libraries have in common, wherever their files are. */
interface RealProvider extends AllocatorProvider {
  /** Why no library can be called here; empty on Linux. */
  static Optional<String> unsupported() {
    String system = System.getProperty("os.name");
    return system.equals("Linux")
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "real libraries are called on Linux only, this is %s.", system));
  }

  /** What to say of one that a JVM cannot load. */
  static String needsAProcess(String name) {
    return String.format(
        Locale.ROOT,
        """
        %s cannot be opened by a JVM, which runs on this machine's C library: it starts with a \
        loader of its own.
          Its memory is metered in a process of its own; times are taken of what is installed.\
        """,
        name);
  }

  @Override
  default Badge badge() {
    return Badge.REAL;
  }

  @Override
  default Set<Capability> capabilities() {
    return trims()
        ? Set.of(Capability.REUSES_MEMORY, Capability.PARALLEL, Capability.FORKS, Capability.TRIMS)
        : Set.of(Capability.REUSES_MEMORY, Capability.PARALLEL, Capability.FORKS);
  }

  /** Whether it is known, without loading it, to have a function that gives memory back. */
  default boolean trims() {
    return false;
  }

  /** The library's own options. */
  @Override
  default List<Setting> settings() {
    return options().settings();
  }
}
