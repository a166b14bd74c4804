package heapstakes.driver;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes that this JVM has started to measure in. They end with it, whatever they are doing:
 * a library that hangs hears no SIGTERM.
 */
public final class Children {
  private static final Set<ProcessHandle> ALIVE = ConcurrentHashMap.newKeySet();

  /** Exit codes by signals that users send: 128 and SIGINT or SIGTERM. */
  private static final Set<Integer> BY_USER = Set.of(128 + 2, 128 + 15);

  private static final long GRACE_MILLIS = 1_000;
  private static final long LOOK_MILLIS = 20;

  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Children::endAll, "end-children"));
  }

  private Children() {}

  /** From now on {@code process} ends with this JVM, by SIGKILL. */
  public static void add(ProcessHandle process) {
    if (ALIVE.add(process)) {
      process.onExit().thenRun(() -> ALIVE.remove(process));
    }
    if (ending) {
      endAll();
    }
  }

  /**
   * A child has ended: if that was because this JVM is ending, this never returns, so that nothing
   * is noted of it.
   */
  public static void awaitShutdown() throws InterruptedException {
    if (ending) {
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /**
   * A child has ended with {@code exit}. Ctrl-C reaches children and this JVM at the same time, and
   * a child may be done sooner: one that ended by such a signal is believed only when this JVM has
   * not begun to end some time later.
   */
  public static void awaitShutdown(int exit) throws InterruptedException {
    long waited = BY_USER.contains(exit) ? 0 : GRACE_MILLIS;
    for (; waited < GRACE_MILLIS && !ending; waited += LOOK_MILLIS) {
      Thread.sleep(LOOK_MILLIS);
    }
    awaitShutdown();
  }

  private static void endAll() {
    ending = true;
    for (ProcessHandle child : ALIVE) {
      child.descendants().forEach(ProcessHandle::destroyForcibly);
      child.destroyForcibly();
    }
  }
}
