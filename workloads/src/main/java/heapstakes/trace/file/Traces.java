package heapstakes.trace.file;

import heapstakes.file.PrivateFolder;
import heapstakes.trace.Digests;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Limits;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.binary.HsbHeader;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.binary.HsbWriter;
import heapstakes.trace.format.Symbols;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.Compression;
import heapstakes.trace.io.FileNames;
import heapstakes.trace.io.LineReader;
import heapstakes.trace.io.TraceCache;
import heapstakes.trace.io.UnfinishedFile;
import heapstakes.trace.text.HstFormat;
import heapstakes.trace.text.HstWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Opens traces. The binary form is mapped as it is; every other form is read once, validated on the
 * way, and kept as a binary form in {@link TraceCache}, so that no trace need fit into memory.
 */
public final class Traces {
  private static final String HSB = "hsb";
  private static final int HEAD_BYTES = 1 << 16;

  /**
   * Raised when a format reads a file otherwise than before, so that no cached trace is of then.
   */
  private static final int READING = 3;

  private static final List<TraceFormat> FORMATS =
      ServiceLoader.load(TraceFormat.class).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(TraceFormat::name))
          .toList();

  private Traces() {}

  /** Every format that can be imported, by name; the binary form is not among them. */
  public static List<TraceFormat> formats() {
    return FORMATS;
  }

  /**
   * Opens a trace that is valid.
   *
   * @param spec {@code [FORMAT:]path}
   * @throws TraceException when it is missing, unknown, damaged or invalid
   */
  public static HsbTrace open(String spec) {
    Source source = Source.of(spec);
    if (source.isBinary()) {
      return HsbTrace.validated(source.file());
    }
    Path cached = TraceCache.folder().resolve(source.cacheName());
    if (PrivateFolder.isOwn(cached)) {
      try {
        return HsbTrace.validated(cached, source.name());
      } catch (TraceException damaged) {
        // A cached file is worth nothing by itself: it is made again.
      }
    }
    return convert(source, cached).trace();
  }

  /**
   * Imports a trace into a file of the text or the binary form.
   *
   * @param spec {@code [FORMAT:]path}
   * @param out ends in {@code .hsb}, {@code .hst}, {@code .hst.gz}, {@code .hst.xz} or {@code
   *     .hst.zst}
   * @throws TraceException when the trace is missing, unknown, damaged or invalid, or the file
   *     cannot be written
   */
  public static ImportReport importTo(String spec, Path out) {
    boolean isText = isText(out);
    Source source = Source.of(spec);
    return isText ? toText(source, out) : toBinary(source, out);
  }

  /**
   * Reads a trace as {@link #importTo} does, but writes nothing.
   *
   * @param spec {@code [FORMAT:]path}
   * @throws TraceException when the trace is missing, unknown, damaged or invalid
   */
  public static CheckReport check(String spec) {
    Source source = Source.of(spec);
    if (source.isBinary()) {
      return new CheckReport(HSB, HsbTrace.validated(source.file()).summary(), Map.of());
    }
    Reading reading = read(source, batch -> {});
    return new CheckReport(reading.format(), reading.summary(), reading.sink().notes());
  }

  /**
   * Writes a trace that is made event by event, and validated on the way. The file appears when it
   * is complete.
   *
   * @param name of the trace, for messages
   * @param events puts all events into the sink
   * @param out as in {@link #importTo}
   * @return what the trace is
   * @throws TraceException when the events are not valid, or the file cannot be written
   */
  public static TraceInfo make(String name, Consumer<TraceSink> events, Path out) {
    if (!isText(out)) {
      return makeBinary(name, events, out).info();
    }
    UnfinishedFile binary = new UnfinishedFile(out);
    try (binary) {
      HsbTrace trace = makeBinary(name, events, binary.path());
      HstWriter.write(trace, out);
      return trace.info();
    } catch (IOException e) {
      throw binary.failed(e);
    }
  }

  /**
   * Checks a trace that is made event by event, and writes nothing.
   *
   * @throws TraceException when the events are not valid, or none is an operation
   */
  public static TraceSummary check(String name, Consumer<TraceSink> events) {
    TraceSink sink = new TraceSink(name, Limits.current(), batch -> {});
    events.accept(sink);
    return sink.finish();
  }

  /**
   * Writes any valid trace.
   *
   * @param out as in {@link #importTo}
   * @throws TraceException when the file cannot be written
   */
  public static void save(Trace trace, Path out) {
    if (isText(out)) {
      HstWriter.write(trace, out);
    } else {
      write(trace, TraceSummary.of(trace.info().name(), trace.open()), out);
    }
  }

  private static HsbTrace makeBinary(String name, Consumer<TraceSink> events, Path out) {
    try (HsbWriter writer = new HsbWriter(out)) {
      TraceSink sink = new TraceSink(name, Limits.current(), writer::accept);
      events.accept(sink);
      TraceSummary summary = sink.finish();
      finish(writer, summary, sink);
      return HsbTrace.describe(out, name);
    }
  }

  /** Whether {@code out} is to be a text; otherwise it is to be binary. */
  private static boolean isText(Path out) {
    String name = String.valueOf(out.getFileName());
    boolean isText = name.matches(".*\\.hst(\\.gz|\\.xz|\\.zst)?");
    if (!isText && !name.endsWith("." + HSB)) {
      throw new TraceException(
          String.format(
                  Locale.ROOT,
                  "%s: its name does not tell the form to write. End it in .hsb (binary), .hst (text),",
                  out)
              + " .hst.gz, .hst.xz or .hst.zst.");
    }
    return isText;
  }

  private static ImportReport toBinary(Source source, Path out) {
    if (!source.isBinary()) {
      return convert(source, out);
    }
    HsbTrace trace = HsbTrace.validated(source.file());
    write(trace, trace.summary(), out);
    return new ImportReport(HSB, HsbTrace.describe(out), Map.of());
  }

  private static ImportReport toText(Source source, Path out) {
    if (source.isBinary()) {
      HsbTrace trace = HsbTrace.validated(source.file());
      HstWriter.write(trace, out);
      return new ImportReport(HSB, trace, Map.of());
    }
    ImportReport report = convert(source, TraceCache.folder().resolve(source.cacheName()));
    HstWriter.write(report.trace(), out);
    return report;
  }

  /** Writes any valid trace as a binary form. */
  static void write(Trace trace, TraceSummary summary, Path out) {
    try (HsbWriter writer = new HsbWriter(out);
        TraceCursor cursor = trace.open()) {
      EventBatch batch = new EventBatch();
      while (cursor.next(batch)) {
        writer.accept(batch);
      }
      TraceInfo info = trace.info();
      writer.finish(
          summary,
          info.threadIds(),
          info.phases(),
          info.features().deeplyBound(),
          trace.callSites());
    }
  }

  private static ImportReport convert(Source source, Path out) {
    try (HsbWriter writer = new HsbWriter(out)) {
      Reading reading = read(source, writer::accept);
      finish(writer, reading.summary(), reading.sink());
      HsbTrace trace = HsbTrace.describe(out, source.name());
      return new ImportReport(reading.format(), trace, reading.sink().notes());
    }
  }

  private static void finish(HsbWriter writer, TraceSummary summary, TraceSink sink) {
    Symbols symbols = sink.symbols();
    writer.finish(
        summary, symbols.threadIds(), symbols.phases(), sink.deeplyBound(), sink.callSites());
  }

  private record Reading(String format, TraceSummary summary, TraceSink sink) {}

  private static Reading read(Source source, Consumer<EventBatch> target) {
    Limits limits = Limits.current();
    String name = source.file().toString();
    try (InputStream file = Files.newInputStream(source.file());
        InputStream plain = Compression.decompressed(file, name, limits)) {
      LineReader lines = new LineReader(name, plain, limits);
      TraceFormat format = source.format(lines.head(HEAD_BYTES));
      if (format instanceof HstFormat) {
        requireChecksum(source.file());
      }
      TraceSink sink = new TraceSink(name, limits, target);
      format.read(lines, sink);
      return new Reading(format.name(), sink.finish(), sink);
    } catch (IOException e) {
      throw unreadable(source.file(), e);
    }
  }

  /**
   * Other programs pack their files as they like. Of ours those of before that have no checksum
   * would be another trace, without a word, once a bit flips.
   */
  private static void requireChecksum(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (Compression.isUnchecked(in.readNBytes(HEAD_BYTES)) && !Limits.acceptsUnchecked()) {
        throw new TraceException(
            String.format(
                    Locale.ROOT,
                    "%s is compressed without a checksum: a bit that flipped in it would make",
                    file)
                + " another trace of it unnoticed. Import it again from its source, or, if you know"
                + " that it is right, accept it once with"
                + " JAVA_TOOL_OPTIONS=-Dheapstakes.trace.acceptUnchecked=true and compress it anew"
                + " (zstd -d, then zstd, or lz4 likewise, which add a checksum).");
      }
    }
  }

  private static TraceException unreadable(Path file, IOException e) {
    return e instanceof NoSuchFileException
        ? new TraceException(
            String.format(Locale.ROOT, "%s does not exist. Correct the path.", file), e)
        : new TraceException(
            String.format(
                Locale.ROOT,
                "%s cannot be read: %s. Is it cut short or of another kind? Get it again.",
                file,
                e.getMessage()),
            e);
  }

  /** A file and, if the user said so, its format. */
  private record Source(Path file, Optional<String> formatName) {
    static Source of(String spec) {
      int colon = spec.indexOf(':');
      String prefix = colon < 0 ? "" : spec.substring(0, colon);
      boolean isFormat =
          prefix.equals(HSB) || FORMATS.stream().anyMatch(format -> format.name().equals(prefix));
      if (isFormat) {
        return new Source(Path.of(spec.substring(colon + 1)), Optional.of(prefix));
      }
      if (prefix.matches("[a-z][a-z0-9-]+") && !Files.exists(Path.of(spec))) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s: there is neither a format '%s' nor such a file. Formats: %s.",
                spec,
                prefix,
                names()));
      }
      return new Source(Path.of(spec), Optional.empty());
    }

    String name() {
      return FileNames.withoutSuffixes(file);
    }

    boolean isBinary() {
      if (formatName.isPresent()) {
        return formatName.get().equals(HSB);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return HsbHeader.recognises(in.readNBytes(HsbHeader.HEAD_BYTES));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    TraceFormat format(byte[] head) {
      if (HsbHeader.recognises(head)) {
        throw new TraceException(
            String.format(
                    Locale.ROOT,
                    "%s is a compressed .hsb file, which cannot be mapped. Unpack it and pass the unpacked",
                    file)
                + " file.");
      }
      return FORMATS.stream()
          .filter(format -> formatName.map(format.name()::equals).orElse(false))
          .findFirst()
          .or(() -> FORMATS.stream().filter(format -> format.recognises(head)).findFirst())
          .orElseThrow(() ->
              new TraceException(
                  String.format(
                          Locale.ROOT,
                          "%s is not of a format that is recognised. If you know it, name it",
                          file)
                      + String.format(Locale.ROOT, " (FORMAT:path): %s.", names())));
    }

    /** Changes whenever the file does. */
    String cacheName() {
      try {
        String key =
            String.format(
                Locale.ROOT,
                "%s|%d|%s|%s|%d|%d|%b",
                file.toRealPath(),
                Files.size(file),
                Files.getLastModifiedTime(file),
                formatName.orElse(""),
                HsbHeader.VERSION,
                READING,
                Limits.acceptsUnchecked());
        return name() + "-" + Digests.sha256(key) + ".hsb";
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    private static String names() {
      return FORMATS.stream().map(TraceFormat::name).collect(Collectors.joining(", ", "hsb, ", ""));
    }
  }
}
