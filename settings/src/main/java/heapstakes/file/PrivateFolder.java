package heapstakes.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folders that nobody but this user (and root) can put a file into, for what is executed or read
 * back later. On systems without POSIX modes every folder passes.
 */
public final class PrivateFolder {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  private static final int WRITABLE_BY_OTHERS = 0002;
  private static final int WRITABLE_BY_GROUP = 0020;
  private static final int STICKY = 01000;
  private static final int ROOT = 0;

  private PrivateFolder() {}

  /**
   * {@code heapstakes} in the folder for caches, if one is named, and in the home, if it exists;
   * then {@link #inTemporary}.
   */
  public static List<Path> caches(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    List<Path> places = new ArrayList<>();
    if (cache.startsWith("/")) {
      places.add(Path.of(cache, "heapstakes"));
    }
    String base = home.startsWith("/") ? home : System.getProperty("user.home", "");
    if (base.startsWith("/") && Files.isDirectory(Path.of(base))) { // services may have none
      places.add(Path.of(base, ".cache", "heapstakes"));
    }
    places.add(inTemporary());
    return places;
  }

  /** {@code heapstakes-USER} in the folder for temporary files, which other users may have made. */
  public static Path inTemporary() {
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
    return PassingFolder.parent().resolve("heapstakes-" + user);
  }

  /**
   * The first of {@code places} that is private, made if need be; where none is, a new folder for
   * temporary files that goes with this process.
   *
   * @throws IOException when not even that can be made
   */
  public static Path firstOf(List<Path> places) throws IOException {
    for (Path place : places) {
      if (refusal(place).isEmpty()) {
        return place;
      }
    }
    return Passing.folder();
  }

  /** Why {@code place} is not used; empty when it is private, having been made if need be. */
  public static Optional<String> refusal(Path place) {
    try {
      make(place);
      return ownRefusal(place)
          .or(() -> aboveRefusal(place))
          .or(() ->
              Files.isWritable(place)
                  ? Optional.empty()
                  : Optional.of(String.format(Locale.ROOT, "%s cannot be written to", place)));
    } catch (IOException e) {
      return Optional.of(String.format(Locale.ROOT, "%s cannot be made: %s", place, e));
    } catch (UncheckedIOException e) {
      return Optional.of(String.format(Locale.ROOT, "%s: %s", place, e.getMessage()));
    }
  }

  /** As {@link #refusal}, of a folder that the user named: it is his word what lies above it. */
  public static Optional<String> refusalOfNamed(Path place) throws IOException {
    make(place);
    return ownRefusal(place);
  }

  /** Whether {@code file} is a file, no link, of this user, that nobody else can write. */
  public static boolean isOwn(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && ownRefusal(file).isEmpty();
    } catch (UncheckedIOException gone) {
      return false;
    }
  }

  /** Whether {@code folder} is a folder, no link, of this user, that nobody else can write. */
  static boolean isOwnFolder(Path folder) {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && ownRefusal(folder).isEmpty();
  }

  private static void make(Path place) throws IOException {
    Path parent = place.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent, ownerOnly());
    }
    try {
      Files.createDirectory(place, ownerOnly());
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(place)) {
        throw e;
      }
    }
  }

  private static FileAttribute<?>[] ownerOnly() {
    Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
    return POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(owner)}
        : new FileAttribute<?>[0];
  }

  private static Optional<String> ownRefusal(Path file) {
    if (Files.isSymbolicLink(file)) {
      return Optional.of(String.format(Locale.ROOT, "%s is a symbolic link", file));
    }
    if (!POSIX) {
      return Optional.empty();
    }
    if (uid(file) != user()) {
      return Optional.of(
          String.format(Locale.ROOT, "%s belongs to user %d, not to %d", file, uid(file), user()));
    }
    return isWritableByOthers(file)
        ? Optional.of(
            String.format(Locale.ROOT, "%s can be written by others: chmod go-w %s", file, file))
        : Optional.empty();
  }

  /** Who may rename a folder on the way decides what is found under its name. */
  private static Optional<String> aboveRefusal(Path place) {
    if (!POSIX) {
      return Optional.empty();
    }
    try {
      for (Path above = place.toRealPath().getParent(); above != null; above = above.getParent()) {
        if (uid(above) != user() && uid(above) != ROOT) {
          return Optional.of(
              String.format(Locale.ROOT, "%s, above it, belongs to user %d", above, uid(above)));
        }
        if (isWritableByOthers(above) && (mode(above) & STICKY) == 0) {
          return Optional.of(
              String.format(Locale.ROOT, "%s, above it, can be written by others", above));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A group of the owner's own, which has his name on many systems, has nobody else in it. */
  private static boolean isWritableByOthers(Path file) {
    int mode = mode(file);
    return (mode & WRITABLE_BY_OTHERS) != 0
        || (mode & WRITABLE_BY_GROUP) != 0
            && !attribute(file, "owner").toString().equals(attribute(file, "group").toString());
  }

  private static int mode(Path file) {
    return (Integer) attribute(file, "mode");
  }

  private static int uid(Path file) {
    return (Integer) attribute(file, "uid");
  }

  private static Object attribute(Path file, String name) {
    try {
      return Files.getAttribute(file, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int user() {
    return User.ID;
  }

  /** Whoever owns what this process makes. */
  private static final class User {
    private static final Path PROCESS = Path.of("/proc/self");

    static final int ID = id();

    private static int id() {
      try {
        if (Files.exists(PROCESS)) {
          return (Integer) Files.getAttribute(PROCESS, "unix:uid");
        }
        Path file = Files.createTempFile("heapstakes-", "");
        try {
          return uid(file);
        } finally {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the user of this process cannot be found out", e);
      }
    }
  }

  /** A folder that goes with this process. */
  private static final class Passing {
    private static @Nullable Path made;

    static synchronized Path folder() throws IOException {
      if (made == null) {
        made = PassingFolder.make();
      }
      return made;
    }
  }
}
