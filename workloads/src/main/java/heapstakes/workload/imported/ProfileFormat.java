package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.heapprofile.HeapProfiles;
import heapstakes.workload.heapprofile.ProfileKind;
import java.io.IOException;
import java.util.Locale;

/** Heap profiles, which are no traces: it says so, and what can be had of them. */
public final class ProfileFormat implements TraceFormat {
  private static final int HEAD_BYTES = 4096;

  /** For the public registry. */
  public ProfileFormat() {}

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public String summary() {
    return "heap profiles of massif, DHAT, pprof, jeprof: no traces, but see trace generate";
  }

  @Override
  public boolean recognises(byte[] head) {
    return ProfileKind.of(head).isPresent();
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    String name = lines.name();
    byte[] head;
    try {
      head = lines.bytes().readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s cannot be read: %s.", name, e.getMessage()), e);
    }
    throw new TraceException(
        ProfileKind.of(head)
            .map(kind -> HeapProfiles.noTrace(kind, name))
            .orElse(name + " is no heap profile that is known."));
  }
}
