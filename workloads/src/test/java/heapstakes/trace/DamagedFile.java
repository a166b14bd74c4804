package heapstakes.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.trace.file.Traces;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.regex.Pattern;

/**
 * What a reader may say of a file that somebody damaged: that it is a trace, or what is wrong with
 * it and where. Also what Jazzer runs, of the format that {@value #FORMAT} names.
 */
public final class DamagedFile {
  static final String FORMAT = "heapstakes.fuzz.format";

  /** Where something is, in each way that a format counts. */
  private static final String PLACE =
      "mutant, (behind )?(line|byte|record|operation) \\d+|mutant holds no operation";

  /** What else there is to say of a whole file. */
  private static final String WHOLE =
      "mutant is a heap profile|mutant is of a forked process|mutant descends from"
          + "|mutant cannot be read: |mutant is compressed|mutant is a zip|mutant: \\d+ compressed";

  private static final Pattern REASON = Pattern.compile(PLACE + "|" + WHOLE);

  private DamagedFile() {}

  /** Whether it is a trace; otherwise the refusal says where. */
  static boolean isTrace(TraceFormat format, InputStream bytes) {
    Limits limits = Limits.current();
    LineReader lines = new LineReader("mutant", bytes, limits);
    TraceSink sink = new TraceSink("mutant", limits, batch -> {});
    try {
      format.read(lines, sink);
      return sink.finish().operations() > 0;
    } catch (TraceException refused) {
      assertThat(refused.getMessage()).containsPattern(REASON);
      return false;
    }
  }

  static TraceFormat format(String name) {
    return Traces.formats().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  /** Called by Jazzer, by this name. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    isTrace(format(System.getProperty(FORMAT, "hst")), new ByteArrayInputStream(bytes));
  }
}
