package heapstakes.model.jemalloc;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.options.JemallocOptions;
import java.util.Locale;

/**
 * Which arena a thread has where its processor decides, {@code percpu_arena} (§22). In a trace no
 * thread moves: the n-th of a process runs on the n-th processor, round and round.
 *
 * @param processors that the process may run on; 0 where they do not decide
 * @param shared whether two processors, which are one core's, have one arena
 */
record ArenasOfProcessors(int processors, boolean shared) {
  private static final ArenasOfProcessors NONE = new ArenasOfProcessors(0, false);

  /**
   * As {@code option} says.
   *
   * @throws AllocatorException when the library would not start with so many
   */
  static ArenasOfProcessors of(String option, int processors) {
    if (option.equals(JemallocOptions.NO_PERCPU_ARENA)) {
      return NONE;
    }
    if (processors > JemallocOptions.MAX_ARENAS) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "jemalloc: with %s=%s and cpus=%d the library does not start: it has at most %d"
                  + " arenas.%n  Take fewer cpus, or %s=disabled.",
              JemallocOptions.PERCPU_ARENA,
              option,
              processors,
              JemallocOptions.MAX_ARENAS,
              JemallocOptions.PERCPU_ARENA));
    }
    return new ArenasOfProcessors(processors, option.equals("phycpu"));
  }

  /** How many arenas that takes; 0 where processors do not decide. */
  int count() {
    return shared && processors > 1 ? (processors + 1) / 2 : processors;
  }

  /** Index of the arena of the {@code n}-th thread, from 0; -1 where processors do not decide. */
  int of(int n) {
    if (processors == 0) {
      return -1;
    }
    int processor = n % processors;
    int cores = processors / 2;
    return shared && processor >= cores ? processor - cores : processor;
  }
}
