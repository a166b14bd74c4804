package heapstakes.cli;

import heapstakes.trace.TraceInfo;
import java.util.List;
import java.util.Locale;

/** What a trace does not hold of its program, and who uses its figures has to know. */
final class TraceCautions {
  private TraceCautions() {}

  /** Of everything that is done with the trace. */
  static List<String> of(TraceInfo info) {
    int libraries = info.features().deeplyBound();
    return libraries == 0
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "%d of the program's libraries %s loaded with RTLD_DEEPBIND and %s the C library's"
                    + " malloc past every other: that is not in the trace, and with another"
                    + " allocator preloaded such a program may crash. Try it before you deploy one.",
                libraries,
                libraries == 1 ? "was" : "were",
                libraries == 1 ? "calls" : "call"));
  }
}
