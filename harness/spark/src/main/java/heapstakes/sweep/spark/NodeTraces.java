package heapstakes.sweep.spark;

import heapstakes.file.PrivateFolder;
import heapstakes.replay.TraceSource;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.io.TraceCache;
import heapstakes.trace.io.UnfinishedFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Traces on a node, by digest: fetched by one of its executors, kept in the private folder for
 * traces, found there by the others and by later sweeps.
 */
final class NodeTraces {
  private final Map<String, Trace> open = new ConcurrentHashMap<>();

  /**
   * The task's trace, validated.
   *
   * @throws TraceException when it came damaged or cannot be kept
   */
  Trace of(CellTask task) {
    return open.computeIfAbsent(task.traceKey(), key -> find(task));
  }

  private static Trace find(CellTask task) {
    ShippedTrace shipped = task.trace();
    if (shipped == null) {
      return TraceSource.open(task.spec().workload());
    }
    Path folder = TraceCache.folder();
    Path lock = folder.resolve("shipped-" + shipped.sha256() + ".lock");
    try (FileChannel other =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      other.lock(); // one of the node's executors fetches
      return kept(folder.resolve("shipped-" + shipped.sha256() + ".hsb"), shipped);
    } catch (IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be kept in %s: %s.", shipped.name(), folder, e), e);
    }
  }

  private static Trace kept(Path file, ShippedTrace shipped) throws IOException {
    if (PrivateFolder.isOwn(file)) {
      try {
        return validated(file, shipped);
      } catch (TraceException damaged) {
        // What lies in a cache is worth nothing by itself: it is fetched again.
      }
    }
    try (UnfinishedFile fetched = new UnfinishedFile(file)) {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fetched.path()))) {
        shipped.writeTo(out);
      }
      fetched.publish();
    }
    return validated(file, shipped);
  }

  private static Trace validated(Path file, ShippedTrace shipped) {
    HsbTrace trace = HsbTrace.validated(file, shipped.name());
    if (!trace.info().sha256().equals(shipped.sha256())) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s is another trace than was sent: digest %s instead of %s.",
              file,
              trace.info().sha256(),
              shipped.sha256()));
    }
    return trace;
  }
}
