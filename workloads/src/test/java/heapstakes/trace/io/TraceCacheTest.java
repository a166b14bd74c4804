package heapstakes.trace.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.trace.TraceException;
import heapstakes.trace.file.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another user puts where this one's cache would be. */
class TraceCacheTest {
  private static final String CACHE = "heapstakes.cache";
  private static final String TEMPORARY = "java.io.tmpdir";

  @TempDir private Path shared;
  private final String cacheBefore = System.getProperty(CACHE);
  private final String temporaryBefore = System.getProperty(TEMPORARY);

  @BeforeEach
  void begin() throws IOException {
    assumeTrue(shared.getFileSystem().supportedFileAttributeViews().contains("unix"));
    Files.setAttribute(shared, "unix:mode", 01777);
    System.clearProperty(CACHE);
    System.setProperty(TEMPORARY, shared.toString());
  }

  @AfterEach
  void end() {
    if (cacheBefore != null) {
      System.setProperty(CACHE, cacheBefore);
    }
    System.setProperty(TEMPORARY, temporaryBefore);
  }

  private Path trace() throws IOException {
    return Files.writeString(shared.resolve("mine.hst"), "m 0 10\nf 0\nm 0 20\nf 0\n");
  }

  private static long operations(Path trace) {
    return Traces.open(trace.toString()).info().operations();
  }

  /** Issue 19: "2 of 2 operations, ok" for any trace, the bundled ones included. */
  @Test
  void aTraceThatAnotherUserPutUnderThePredictableNameIsNotReplayed() throws Exception {
    Path mine = trace();
    assertThat(operations(mine)).isEqualTo(4);
    Path folder = TraceCache.folder();
    assertThat(folder.getParent()).isEqualTo(shared);
    Path planted = onlyFile(folder);
    Path other = Files.writeString(shared.resolve("other.hst"), "m 0 7\nf 0\n");
    Files.delete(planted);
    Traces.importTo(other.toString(), planted);
    assertThat(operations(mine)).as("what the folder's owner put there is used").isEqualTo(2);

    try {
      Files.setAttribute(folder, "unix:uid", 65534);
    } catch (IOException e) {
      assumeTrue(false, "only root can give a folder away: " + e.getMessage());
    }

    assertThat(operations(mine)).isEqualTo(4);
    assertThat(TraceCache.folder()).isNotEqualTo(folder);
  }

  @Test
  void aFolderThatOthersCanWriteToIsNotUsedNorIsALink() throws Exception {
    Path folder = TraceCache.folder();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(TraceCache.folder()).isNotEqualTo(folder);

    Files.move(folder, shared.resolve("elsewhere"));
    Files.setPosixFilePermissions(
        shared.resolve("elsewhere"), PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(folder, shared.resolve("elsewhere"));
    assertThat(TraceCache.folder()).isNotEqualTo(folder);
  }

  @Test
  void aFolderThatTheUserNamedAndThatIsNotHisOwnIsRefused() throws Exception {
    Path open = Files.createDirectory(shared.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    System.setProperty(CACHE, open.toString());

    assertThatThrownBy(TraceCache::folder)
        .isInstanceOf(TraceException.class)
        .hasMessageContainingAll(open.toString(), "chmod go-w", "heapstakes.cache=DIR");
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().getFirst();
    }
  }
}
