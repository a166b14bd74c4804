package heapstakes.foreign.store;

import heapstakes.allocator.AllocatorException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * The shared objects for x86-64 that are in a .deb, .rpm or .apk, in a folder, or a single one.
 * They come as bytes: names in a package are read to the user and lead nowhere.
 */
final class PackageFile {
  private static final String DEB = "!<arch>\n";
  private static final long MOST_BYTES_OF_A_FILE = 64L << 20;
  private static final long MOST_BYTES = 256L << 20;
  private static final long MOST_UNPACKED = 2L << 30;
  private static final int MOST_FILES = 100_000;
  private static final int MOST_DEPTH = 16;
  private static final int MOST_DECODER_KILOBYTES = 256 << 10;
  private static final Pattern VERSION_LINE =
      Pattern.compile("(?m)^(?:Version: |pkgver = )(?:\\d+:)?(\\S+)$");

  private final Path file;
  private final List<SharedObject> objects = new ArrayList<>();
  private Path origin;
  private Optional<String> version = Optional.empty();
  private long bytes;
  private int files;

  private PackageFile(Path file) {
    this.file = file;
    this.origin = file;
  }

  /**
   * Reads what the user has named.
   *
   * @throws AllocatorException when it is not there, is damaged, or too large
   */
  static PackageFile read(Path file) {
    if (!Files.exists(file)) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT, "there is no file %s.\n  Name one that you have downloaded.", file));
    }
    PackageFile result = new PackageFile(file);
    try {
      result.open();
    } catch (IOException
        | UncheckedIOException // of walking through a folder
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              "%s cannot be unpacked: %s\n  Download it again, or unpack it yourself and name the folder.",
              file,
              e.getMessage()));
    }
    return result;
  }

  List<SharedObject> objects() {
    return objects;
  }

  private void open() throws IOException {
    if (!Files.isDirectory(file)) {
      open(file);
      return;
    }
    List<Path> inside;
    try (Stream<Path> tree = Files.walk(file, MOST_DEPTH)) {
      inside = tree.filter(path -> Files.isRegularFile(path)).limit(MOST_FILES).sorted().toList();
    }
    for (Path path : inside) {
      if (!Files.isSymbolicLink(path)) {
        open(path);
      }
    }
  }

  private void open(Path path) throws IOException {
    origin = path;
    version = Optional.empty();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      byte[] start = peek(in, DEB.length());
      if (new String(start, StandardCharsets.ISO_8859_1).equals(DEB)) {
        readDeb(in);
      } else if (RpmHead.isRpm(start)) {
        RpmHead head = RpmHead.read(in);
        version = Optional.of(head.version());
        readAll(new CpioArchiveInputStream(decompressed(in)));
      } else if (start.length > 1 && (start[0] & 255) == 0x1f && (start[1] & 255) == 0x8b) {
        readAll(new TarArchiveInputStream(decompressed(in)));
      } else {
        take(path.toString(), in);
      }
    }
  }

  private static byte[] peek(InputStream in, int count) throws IOException {
    in.mark(count);
    byte[] start = in.readNBytes(count);
    in.reset();
    return start;
  }

  private void readDeb(InputStream in) throws IOException {
    ArArchiveInputStream members = new ArArchiveInputStream(in);
    for (ArchiveEntry member = members.getNextEntry();
        member != null;
        member = members.getNextEntry()) {
      if (member.getName().startsWith("control.tar") || member.getName().startsWith("data.tar")) {
        readAll(new TarArchiveInputStream(decompressed(members)));
      }
    }
  }

  /** gzip, xz, zstd or bzip2 by its first bytes; as it is where it is none of them. */
  private static InputStream decompressed(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    String kind;
    try {
      kind = CompressorStreamFactory.detect(buffered);
    } catch (CompressorException e) {
      return buffered;
    }
    InputStream plain =
        new CompressorStreamFactory(true, MOST_DECODER_KILOBYTES)
            .createCompressorInputStream(kind, buffered);
    return new BufferedInputStream(bounded(plain));
  }

  /** Ends early what a damaged or hostile file blows up to. */
  private static InputStream bounded(InputStream in) {
    try {
      return BoundedInputStream.builder().setInputStream(in).setMaxCount(MOST_UNPACKED).get();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // says its builder, which opens nothing
    }
  }

  private void readAll(ArchiveInputStream<?> archive) throws IOException {
    for (ArchiveEntry entry = archive.getNextEntry();
        entry != null;
        entry = archive.getNextEntry()) {
      if (++files > MOST_FILES) {
        throw new IOException("it has more than " + MOST_FILES + " files");
      }
      if (!entry.isDirectory()) { // a link has no content
        take(entry.getName(), archive);
      }
    }
  }

  /** Keeps a shared object, and the version out of a package's description. */
  private void take(String name, InputStream in) throws IOException {
    if (name.matches("(\\./)?(control|\\.PKGINFO)")) {
      Matcher line = VERSION_LINE.matcher(new String(content(in), StandardCharsets.UTF_8));
      version = line.find() ? Optional.of(line.group(1)) : version;
      return;
    }
    byte[] start = in.readNBytes(ElfFile.MAGIC_BYTES);
    if (!ElfFile.isElf(start)) {
      return;
    }
    byte[] rest = content(in);
    byte[] whole = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, whole, start.length, rest.length);
    ElfFile.of(whole)
        .map(elf -> new SharedObject(origin, name, version, elf, whole))
        .filter(SharedObject::isNamedPlainly)
        .ifPresent(objects::add);
  }

  private byte[] content(InputStream in) throws IOException {
    byte[] content = in.readNBytes((int) MOST_BYTES_OF_A_FILE);
    bytes += content.length;
    if (content.length == MOST_BYTES_OF_A_FILE || bytes > MOST_BYTES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its libraries take more than %d MiB, or one more than %d MiB",
              MOST_BYTES >> 20,
              MOST_BYTES_OF_A_FILE >> 20));
    }
    return content;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
