package heapstakes.driver;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceInfo.Features;
import heapstakes.trace.TraceInfo.Touch;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The program of a {@link JvmProcess}: replays the trace of its standard input on a real library
 * within its own JVM and prints a few figures, one a line.
 */
final class JvmReplay {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final String RESET_HIGH_WATER = "5"; // proc(5)

  private JvmReplay() {}

  /**
   * @param args contestant, operations, slots, threads, phases, clocked, stops at NULL, touch
   */
  public static void main(String[] args) throws IOException {
    Contestant contestant = Allocators.parse(args[0]);
    Machine machine = Machine.parse("linux");
    warmUp(contestant, machine);
    Trace trace = new StreamedTrace(System.in, info(args));
    try (JvmBooks books = new JvmBooks(contestant, machine, trace)) {
      long before = status("VmRSS:");
      Files.writeString(CLEAR_REFS, RESET_HIGH_WATER);
      books.replay(trace);
      long after = status("VmRSS:");
      long peak = Math.max(status("VmHWM:"), after);
      print(
          List.of(
              books.operations(),
              books.refused(),
              books.peakRequested(),
              books.peakAllocated(),
              Math.max(0, peak - before),
              books.requested(),
              books.allocated(),
              Math.max(0, after - before)));
    }
  }

  /** Loads the library and whatever a first call needs. */
  private static void warmUp(Contestant contestant, Machine machine) {
    try (AddressSpace space = machine.open();
        var allocator = contestant.open(space)) {
      var thread = allocator.attach();
      thread.free(thread.malloc(1));
    }
  }

  private static TraceInfo info(String[] args) {
    int threads = Integer.parseInt(args[3]);
    int phases = Integer.parseInt(args[4]);
    long operations = Long.parseLong(args[1]);
    return new TraceInfo(
        "standard input",
        "",
        operations,
        operations,
        Integer.parseInt(args[2]),
        IntStream.range(0, threads).boxed().toList(),
        IntStream.range(0, phases).mapToObj(Integer::toString).toList(),
        0,
        0,
        new Features(
            Boolean.parseBoolean(args[5]),
            false,
            Boolean.parseBoolean(args[6]),
            "",
            Touch.valueOf(args[7])));
  }

  private static long status(String field) throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static void print(List<Long> figures) throws IOException {
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      for (long figure : figures) {
        out.write((figure + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
