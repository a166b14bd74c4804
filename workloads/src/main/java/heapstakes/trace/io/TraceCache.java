package heapstakes.trace.io;

import heapstakes.file.PrivateFolder;
import heapstakes.trace.TraceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder for binary forms of traces that come as something else: {@code -Dheapstakes.cache=DIR},
 * else {@code heapstakes-USER} in the folder for temporary files, or, where that is somebody
 * else's, what {@link PrivateFolder} has. It may be deleted at any time.
 */
public final class TraceCache {
  private TraceCache() {}

  /**
   * The folder, made if need be: nobody else can put anything into it.
   *
   * @throws TraceException when it cannot be made, or the one that is named is not this user's own
   */
  public static Path folder() {
    String given = System.getProperty("heapstakes.cache");
    try {
      if (given == null) {
        return PrivateFolder.firstOf(
            Stream.of(List.of(PrivateFolder.inTemporary()), PrivateFolder.caches(System.getenv()))
                .flatMap(List::stream)
                .toList());
      }
      Optional<String> refusal = PrivateFolder.refusalOfNamed(Path.of(given));
      if (refusal.isPresent()) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "the folder for decoded traces is not used, since others could put something else into it: %s."
                    + " Name one of your own: JAVA_TOOL_OPTIONS=-Dheapstakes.cache=DIR.",
                refusal.get()));
      }
      return Path.of(given);
    } catch (IOException e) {
      throw new TraceException(
          String.format(
                  Locale.ROOT,
                  "the folder%s for decoded traces cannot be made: %s. Name one that can be written:",
                  given == null ? "" : " " + given,
                  e)
              + " JAVA_TOOL_OPTIONS=-Dheapstakes.cache=DIR.",
          e);
    }
  }
}
