package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** Lets a process end with the one that started it. */
public final class ParentDeath {
  private static final int PR_SET_PDEATHSIG = 1; // linux/prctl.h
  private static final long SIGKILL = 9;

  private ParentDeath() {}

  /**
   * From now on the kernel ends this process by SIGKILL when the thread that started it ends, be it
   * that a library hangs in it. Does nothing on systems other than Linux.
   */
  public static void follow() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    // int prctl(int option, ...)
    MethodHandle prctl =
        DynamicLinker.ofLibc("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), 1);
    try {
      int unused = (int) prctl.invokeExact(PR_SET_PDEATHSIG, SIGKILL);
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }
}
