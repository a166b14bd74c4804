package heapstakes.workload.recorded;

import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.binary.HsbTrace;
import heapstakes.trace.io.TraceCache;
import heapstakes.trace.io.UnfinishedFile;
import heapstakes.workload.WorkloadProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A workload that ships as {@code NAME.hsb} beside this class, with {@code NAME.txt} saying where
 * it comes from. Inside a jar it cannot be mapped; then it is copied to the {@link TraceCache}
 * first.
 */
record Recording(String name, String question, String summary) implements WorkloadProvider {
  /** Where a binary form keeps its digests. */
  private static final int HEAD_BYTES = 128;

  private static final int DIGEST_AT = 96;

  @Override
  public Group group() {
    return Group.RECORDED;
  }

  @Override
  public Trace trace(Settings arguments) {
    String resource = name + ".hsb";
    URL url = Recording.class.getResource(resource);
    if (url == null) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "the recording %s is not in the program's files. Build them again.",
              resource));
    }
    return HsbTrace.validated(file(url, name), name);
  }

  /** A file that holds what is at {@code url}. */
  static Path file(URL url, String name) {
    try {
      URI place = url.toURI();
      return "file".equals(place.getScheme()) ? Path.of(place) : copied(url, name);
    } catch (URISyntaxException | IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "the recording %s cannot be read: %s.", url, e), e);
    }
  }

  /** The copy's name says its content, so that an older one is never taken for it. */
  private static Path copied(URL url, String name) throws IOException {
    try (InputStream in = url.openStream()) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      String digest = HexFormat.of().formatHex(head, DIGEST_AT, DIGEST_AT + 8);
      Path copy = TraceCache.folder().resolve(name + "-" + digest + ".hsb");
      if (!isWhole(copy)) {
        copy(url, copy);
      }
      return copy;
    }
  }

  private static boolean isWhole(Path copy) {
    try {
      return Files.exists(copy) && HsbTrace.validated(copy).info().events() > 0;
    } catch (TraceException damaged) {
      return false;
    }
  }

  private static void copy(URL url, Path copy) throws IOException {
    try (InputStream in = url.openStream();
        UnfinishedFile file = new UnfinishedFile(copy)) {
      Files.copy(in, file.path());
      file.publish();
    }
  }
}
