package heapstakes.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another user of the machine may have prepared. */
class PrivateFolderTest {
  private static final int NOBODY = 65534;

  @TempDir private Path base;

  @BeforeEach
  void onPosix() {
    assumeTrue(base.getFileSystem().supportedFileAttributeViews().contains("unix"));
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static void giveAway(Path file) {
    try {
      Files.setAttribute(file, "unix:uid", NOBODY);
    } catch (IOException e) {
      assumeTrue(false, "only root can give a file to another user: " + e.getMessage());
    }
  }

  @Test
  void aFolderIsMadeForItsOwnerOnly() throws Exception {
    Path place = base.resolve("a/b");

    assertThat(PrivateFolder.firstOf(List.of(place))).isEqualTo(place);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
        .isEqualTo("rwx------");
  }

  @Test
  void theFolderOfAnotherUserIsNotUsed() throws Exception {
    Path theirs = Files.createDirectory(base.resolve("theirs"));
    giveAway(theirs);
    Path ours = base.resolve("ours");

    assertThat(PrivateFolder.firstOf(List.of(theirs, ours))).isEqualTo(ours);
    assertThat(PrivateFolder.refusal(theirs))
        .hasValueSatisfying(why -> assertThat(why).contains(theirs + " belongs to user 65534"));
    assertThat(PrivateFolder.refusal(theirs.resolve("below")))
        .hasValueSatisfying(why -> assertThat(why).contains("above it, belongs to user 65534"));
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Path target = Files.createDirectory(base.resolve("target"));
    mode(target, "rwx------");
    Path link = Files.createSymbolicLink(base.resolve("link"), target);

    assertThat(PrivateFolder.refusal(link))
        .hasValueSatisfying(why -> assertThat(why).contains("is a symbolic link"));
    assertThat(PrivateFolder.refusal(target)).isEmpty();
  }

  @Test
  void whatOthersCanWriteIsNotUsedNorWhatLiesBelowIt() throws Exception {
    Path open = Files.createDirectory(base.resolve("open"));
    mode(open, "rwxrwxrwx");

    assertThat(PrivateFolder.refusal(open)).isPresent();
    assertThat(PrivateFolder.refusal(open.resolve("below"))).isPresent();
    Files.setAttribute(open, "unix:mode", 01777);
    assertThat(PrivateFolder.refusal(open.resolve("below")))
        .as("nobody can rename it: as /tmp")
        .isEmpty();
  }

  @Test
  void whereNoPlaceIsPrivateThereIsANewOne() throws Exception {
    Path file = Files.createFile(base.resolve("file"));

    Path folder = PrivateFolder.firstOf(List.of(file, file.resolve("below")));

    assertThat(folder).isDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(PrivateFolder.firstOf(List.of(file))).isEqualTo(folder);
  }

  @Test
  void aFileIsOwnWhenItIsAFileOfThisUserThatNobodyElseCanWrite() throws Exception {
    Path file = Files.createFile(base.resolve("file"));
    mode(file, "rwxr-xr-x");
    Path link = Files.createSymbolicLink(base.resolve("link"), file);

    assertThat(PrivateFolder.isOwn(file)).isTrue();
    assertThat(PrivateFolder.isOwn(link)).isFalse();
    assertThat(PrivateFolder.isOwn(base)).isFalse();
    assertThat(PrivateFolder.isOwn(base.resolve("missing"))).isFalse();
    mode(file, "rw-rw-rw-");
    assertThat(PrivateFolder.isOwn(file)).isFalse();
    mode(file, "rw-------");
    giveAway(file);
    assertThat(PrivateFolder.isOwn(file)).isFalse();
  }

  @Test
  void cachesAreInTheFolderThatIsNamedAbsolutelyAndInTheHomeThatExists() {
    String home = base.toString();
    Path inHome = base.resolve(".cache/heapstakes");

    assertThat(PrivateFolder.caches(Map.of("XDG_CACHE_HOME", "/x", "HOME", home)))
        .containsExactly(Path.of("/x/heapstakes"), inHome, PrivateFolder.inTemporary());
    assertThat(PrivateFolder.caches(Map.of("XDG_CACHE_HOME", "x", "HOME", home)))
        .containsExactly(inHome, PrivateFolder.inTemporary());
    assertThat(PrivateFolder.caches(Map.of("HOME", home + "/none")))
        .containsExactly(PrivateFolder.inTemporary());
  }
}
