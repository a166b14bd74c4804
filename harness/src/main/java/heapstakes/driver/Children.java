package heapstakes.driver;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes that this JVM has started to measure in. They end with it, whatever they are doing:
 * a library that hangs hears no SIGTERM.
 */
public final class Children {
  private static final Set<ProcessHandle> ALIVE = ConcurrentHashMap.newKeySet();
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

  private static void endAll() {
    ending = true;
    for (ProcessHandle child : ALIVE) {
      child.descendants().forEach(ProcessHandle::destroyForcibly);
      child.destroyForcibly();
    }
  }
}
