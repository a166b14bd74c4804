package heapstakes.driver;

import heapstakes.allocator.Contestant;
import heapstakes.foreign.Deployment;
import heapstakes.results.Footprint;
import heapstakes.results.MemoryUse;
import heapstakes.results.Status;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is left where there is no C compiler: a JVM of its own replays the trace by the
 * foreign-function API, and its memory before is subtracted from its memory after. Requested and
 * allocated are exact; resident carries the JVM's own coming and going.
 */
final class JvmProcess {
  private static final long HEAP_BYTES = 128L << 20;
  private static final long HEAP_BYTES_PER_SLOT = 32;
  private static final int FIGURES = 8;

  private JvmProcess() {}

  static DriverReport run(Contestant contestant, Trace trace, DriverOptions options)
      throws InterruptedException {
    Process process = start(contestant, trace.info(), options);
    StringBuilder said = new StringBuilder();
    StringBuilder errors = new StringBuilder();
    Task writing =
        Task.start("driver-events", () -> NativeProcess.write(trace, process.getOutputStream()));
    Task reading =
        Task.start("driver-report", () -> NativeProcess.collect(process.getInputStream(), said));
    Task listening =
        Task.start("driver-errors", () -> NativeProcess.collect(process.getErrorStream(), errors));
    try {
      if (!reading.await(options.timeout())) {
        throw new DriverException(
            "%s: not done with %s after %s."
                .formatted(contestant, trace.info().name(), options.timeout()));
      }
      int exit = process.waitFor();
      writing.join();
      listening.join();
      return report(contestant, exit, said.toString(), errors.toString().strip());
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private static Process start(Contestant contestant, TraceInfo info, DriverOptions options) {
    long heap = (HEAP_BYTES + HEAP_BYTES_PER_SLOT * info.slots()) >>> 20;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A heap that is resident from the start, and as few threads as a JVM can do with.
    command.addAll(List.of("-Xms" + heap + "m", "-Xmx" + heap + "m", "-XX:+AlwaysPreTouch"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(JvmReplay.class.getName());
    command.add(contestant.toString());
    command.add(Long.toString(info.operations()));
    command.add(Integer.toString(info.slots()));
    command.add(Integer.toString(info.threads()));
    command.add(Integer.toString(info.phases().size()));
    command.add(Boolean.toString(info.features().clocked()));
    command.add(Boolean.toString(info.features().stopsAtNull()));
    command.add(options.touch().orElse(info.features().touch()).name());
    ProcessBuilder builder = new ProcessBuilder(command);
    Deployment.of(contestant).ifPresent(d -> builder.environment().putAll(d.environment()));
    builder
        .environment()
        .merge("GLIBC_TUNABLES", NativeProcess.STATIC_TLS, (a, b) -> a.equals(b) ? a : a + ":" + b);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new DriverException("no JVM can be started: " + e.getMessage());
    }
  }

  private static DriverReport report(Contestant contestant, int exit, String said, String errors) {
    List<Long> figures = said.lines().map(Long::parseLong).toList();
    if (exit != 0 || figures.size() != FIGURES) {
      String reason = "%s: its JVM ended with exit code %d: %s".formatted(contestant, exit, errors);
      DriverReport.Failure failure = new DriverReport.Failure(Status.FAILED, 0, 0, 0, reason);
      return report(NativeProcess.failed(List.of(), failure), Optional.of(failure), errors);
    }
    OptionalLong mapped = OptionalLong.empty();
    MemoryUse peak =
        new MemoryUse(
            OptionalLong.of(figures.get(2)),
            OptionalLong.of(figures.get(3)),
            mapped,
            OptionalLong.of(figures.get(4)));
    MemoryUse end =
        new MemoryUse(
            OptionalLong.of(figures.get(5)),
            OptionalLong.of(figures.get(6)),
            mapped,
            OptionalLong.of(Math.min(figures.get(4), figures.get(7))));
    Footprint footprint =
        new Footprint(
            Status.OK,
            "",
            figures.get(0),
            figures.get(1),
            peak,
            MemoryUse.NOT_MEASURED,
            end,
            OptionalLong.empty(),
            Footprint.Returned.NOT_MEASURED,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Footprint.Calls.NOT_MEASURED,
            Optional.empty(),
            List.of(),
            new LinkedHashMap<>());
    return report(footprint, Optional.empty(), errors);
  }

  private static DriverReport report(
      Footprint footprint, Optional<DriverReport.Failure> failure, String errors) {
    return new DriverReport(
        footprint,
        Sample.NOT_MEASURED,
        DriverReport.Metering.JVM,
        0,
        "",
        0,
        false,
        0,
        failure,
        errors);
  }
}
