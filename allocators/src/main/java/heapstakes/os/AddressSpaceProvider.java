package heapstakes.os;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Optional;

/** Makes address spaces of one kind; found by {@code META-INF/services}. */
public interface AddressSpaceProvider {
  /** Name on the command line, e.g. {@code simulated}. */
  String name();

  /** The settings it takes, e.g. {@code ram}. */
  List<Setting> settings();

  /** Why it cannot run here and how to mend that; empty when it can. */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /**
   * Whether its memory is this very machine's, and nothing of it is simulated. Forks that time it
   * are then told so ({@link heapstakes.memory.Memory#REAL_ONLY}).
   */
  default boolean isReal() {
    return false;
  }

  /** Whether threads may call its address spaces at the same time. */
  default boolean isParallel() {
    return false;
  }

  /** Starts a process with nothing but its program, libraries and stack mapped. */
  AddressSpace open(Settings settings);
}
