package heapstakes.workload.recorded;

import heapstakes.file.PrivateFolder;
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
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * A workload that ships as {@code NAME.hsb} beside this class, with {@code NAME.txt} saying where
 * it comes from. Inside a jar it cannot be mapped; then it is copied to the {@link TraceCache}
 * first.
 *
 * @param sha256 digest of its events: another trace under its name, however valid, is refused
 */
record Recording(String name, String question, String summary, String sha256)
    implements WorkloadProvider {
  private static final int DIGITS_IN_NAMES = 16;

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
    Trace trace = HsbTrace.validated(file(url), name);
    if (!trace.info().sha256().equals(sha256)) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "the recording at %s is not %s: the SHA-256 of its events is %s, not %s. Build the"
                  + " program again; if the recording was replaced on purpose, put its digest into"
                  + " recordings.tsv.",
              url,
              name,
              trace.info().sha256(),
              sha256));
    }
    return trace;
  }

  /** A file that holds what is at {@code url}. */
  Path file(URL url) {
    try {
      URI place = url.toURI();
      return "file".equals(place.getScheme()) ? Path.of(place) : copied(url);
    } catch (URISyntaxException | IOException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "the recording %s cannot be read: %s.", url, e), e);
    }
  }

  /** What is there already is used if its events are the recording's. */
  private Path copied(URL url) throws IOException {
    String digits = sha256.substring(0, DIGITS_IN_NAMES);
    Path copy = TraceCache.folder().resolve(name + "-" + digits + ".hsb");
    if (!isThis(copy)) {
      copy(url, copy);
    }
    return copy;
  }

  private boolean isThis(Path copy) {
    try {
      return PrivateFolder.isOwn(copy) && HsbTrace.validated(copy).info().sha256().equals(sha256);
    } catch (TraceException damaged) {
      return false;
    }
  }

  private static void copy(URL url, Path copy) throws IOException {
    try (InputStream in = url.openStream();
        UnfinishedFile file = new UnfinishedFile(copy)) {
      Files.copy(in, file.path(), StandardCopyOption.REPLACE_EXISTING);
      file.publish();
    }
  }
}
