package heapstakes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.Allocators;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.foreign.store.Linkage;
import heapstakes.foreign.store.StoredLibrary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryArrivalTest {
  private static final String SAYS = "9.1.2-0-gdeadbeef01";

  @TempDir Path folder;

  private LibraryStore store;
  private LibraryArrival arrival;

  @BeforeEach
  void makeStore() {
    store = new LibraryStore(folder.resolve("data").resolve("libraries"));
    arrival = new LibraryArrival(store);
  }

  private Path jemalloc(List<Path> needs) throws IOException, InterruptedException {
    return CompiledLibrary.make(folder, "libjemalloc.so.2", SAYS, "", needs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "zstd", "gz", ""})
  void aDebGivesItsLibraryUnderTheVersionThatTheLibraryStates(String compression)
      throws IOException, InterruptedException {
    Path library = jemalloc(List.of());
    Path deb =
        deb("Version: 1:9.1.2-3+b1", compression, Map.of("./usr/lib/libjemalloc.so.2", library));

    StoredLibrary kept = arrival.add(List.of(deb), Optional.empty()).getFirst().library();

    assertThat(kept.toString()).isEqualTo("native-jemalloc@9.1.2");
    assertThat(kept.statement()).isEqualTo("jemalloc 9.1.2");
    assertThat(kept.file()).hasSameBinaryContentAs(library);
    assertThat(store.all()).containsExactly(kept);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void anApkAndAnRpmAreUnpackedTheSameWay() throws IOException, InterruptedException {
    Path mimalloc = CompiledLibrary.make(folder, "libmimalloc.so.2", "nothing", "", List.of());
    Path apk = folder.resolve("mimalloc.apk");
    try (OutputStream out = Files.newOutputStream(apk)) {
      // As apk has it: gzip streams in a row, of which only the last tar has an end.
      out.write(compressed("gz", tarWithoutEnd(".PKGINFO", "pkgver = 2.1.7-r0\n")));
      out.write(compressed("gz", tar(Map.of("usr/lib/libmimalloc.so.2.1", mimalloc))));
    }
    Path rpm = rpm("9.1.2", "4.fc41", Map.of("./usr/lib64/libjemalloc.so.2", jemalloc(List.of())));

    assertThat(arrival.add(List.of(apk, rpm), Optional.empty()))
        .extracting(kept -> kept.library().toString())
        .containsExactly("native-jemalloc@9.1.2", "native-mimalloc@2.1.7");
  }

  /**
   * What rpmbuild 4.20.1 made, in Debian 13, of a library of 4856 bytes, a link to it and a text:
   * {@code rpmbuild -bb --define "_binary_payload w19.zstdio"}, w6.xzdio and w9.gzdio. The digest
   * is sha256sum's of the library before.
   */
  @ParameterizedTest
  @ValueSource(strings = {"zstd", "xz", "gzip"})
  void anRpmThatRpmbuildMadeGivesItsLibrary(String compression) throws IOException {
    Path rpm = folder.resolve("jemalloc-" + compression + ".rpm");
    try (InputStream made =
        LibraryArrivalTest.class.getResourceAsStream("tiny-" + compression + ".rpm")) {
      Files.copy(made, rpm);
    }

    StoredLibrary kept = arrival.add(List.of(rpm), Optional.empty()).getFirst().library();

    String here = Allocators.parse("native-jemalloc").provider().lineage().version();
    // The package's version tells it from a 5.3.0 that is installed here.
    assertThat(kept.toString())
        .isEqualTo(
            here.equals("jemalloc 5.3.0")
                ? "native-jemalloc@5.3.0-3.test"
                : "native-jemalloc@5.3.0");
    assertThat(kept.sha256())
        .isEqualTo("6d4dc69b5b8125bb03b57384ba4a03cf5dcda8a82a3581a74ba70ad1d844f867");
    assertThat(kept.file()).hasSize(4856);
  }

  @Test
  void noNameInAPackageLeadsOutOfTheFolder() throws IOException, InterruptedException {
    Path evil = CompiledLibrary.make(folder, "../../evil.so", SAYS, "", List.of());
    Path deb =
        deb(
            "Version: 9.1.2-3",
            "gz",
            Map.of(
                "../../../../outside/libjemalloc.so.2",
                jemalloc(List.of()),
                "/outside/evil.so",
                evil));
    List<Path> before = tree(folder);

    StoredLibrary kept = arrival.add(List.of(deb), Optional.empty()).getFirst().library();

    assertThat(tree(folder))
        .filteredOn(path -> !before.contains(path))
        .allMatch(path -> path.equals(folder) || path.startsWith(folder.resolve("data")));
    assertThat(tree(kept.folder()).stream().map(path -> path.getFileName().toString()))
        .containsExactlyInAnyOrder(
            "native-jemalloc@9.1.2", "libjemalloc.so.2", "library.properties");
  }

  private static List<Path> tree(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return files.toList();
    }
  }

  @Test
  void whoNeedsANewerCLibraryIsStartedByTheLoaderOfOneThatHasIt()
      throws IOException, InterruptedException {
    Path old = cLibrary("2.97");
    Path wanted = cLibrary("2.98");
    Path newer = cLibrary("2.99");
    Path library = jemalloc(List.of(wanted));

    StoredLibrary kept = arrival.add(List.of(library), Optional.empty()).getFirst().library();

    assertThat(Linkage.of(kept, store).problem().orElseThrow())
        .contains("GLIBC_2.98")
        .contains("heapstakes library add");
    arrival.add(List.of(old), Optional.of("native-glibc@2.97"));
    assertThat(Linkage.of(kept, store).problem()).isPresent();
    arrival.add(List.of(newer), Optional.of("native-glibc@2.99"));
    assertThat(Linkage.of(kept, store).problem()).isPresent(); // it has 2.99 alone
    StoredLibrary fits =
        arrival.add(List.of(wanted), Optional.of("native-glibc@2.98")).getFirst().library();
    assertThat(Linkage.of(kept, store).loader().orElseThrow())
        .satisfies(loader -> {
          assertThat(loader.program()).isEqualTo(fits.folder().resolve("ld-linux-x86-64.so.2"));
          assertThat(loader.folders()).containsExactly(fits.folder());
        });
  }

  private Path cLibrary(String version) throws IOException, InterruptedException {
    Path own = Files.createDirectory(folder.resolve("glibc-" + version));
    String said = "GNU C Library (test) stable release version " + version + ".";
    return CompiledLibrary.make(own, "libc.so.6", said, "GLIBC_" + version, List.of());
  }

  @Test
  void whatItNeedsBesidesComesAlongOrIsNamed() throws IOException, InterruptedException {
    Path helper = CompiledLibrary.make(folder, "libhelper.so.7", "", "HELP_3", List.of());
    Path library = jemalloc(List.of(helper));

    StoredLibrary alone =
        arrival.add(List.of(library), Optional.of("native-jemalloc@alone")).getFirst().library();
    StoredLibrary both =
        arrival
            .add(List.of(library, helper), Optional.of("native-jemalloc@both"))
            .getFirst()
            .library();

    assertThat(Linkage.of(alone, store).problem().orElseThrow())
        .contains("libhelper.so.7 with HELP_3");
    assertThat(Linkage.of(both, store).problem()).isEmpty();
    assertThat(Linkage.of(both, store).loader().orElseThrow().folders()).contains(both.folder());
  }

  @Test
  void theSameAgainIsNoSecondOneAndWhatIsRemovedIsGone() throws IOException, InterruptedException {
    Path library = jemalloc(List.of());
    assertThat(arrival.add(List.of(library), Optional.empty()).getFirst().isNew()).isTrue();
    assertThat(arrival.add(List.of(library), Optional.empty()).getFirst().isNew()).isFalse();
    store.remove("native-jemalloc@9.1.2");
    assertThat(store.all()).isEmpty();
    assertThatThrownBy(() -> store.remove("native-jemalloc@9.1.2"))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("was not added");
  }

  @Test
  void anotherBuildOfOneReleaseGoesByItsPackagesVersion() throws IOException, InterruptedException {
    arrival.add(List.of(jemalloc(List.of())), Optional.empty());
    Path helper = CompiledLibrary.make(folder, "libhelper.so.7", "", "", List.of());
    Path deb = deb("Version: 9.1.2-3", "xz", Map.of("lib.so", jemalloc(List.of(helper))));

    arrival.add(List.of(deb), Optional.empty());

    assertThat(store.all())
        .extracting(StoredLibrary::toString)
        .containsExactly("native-jemalloc@9.1.2", "native-jemalloc@9.1.2-3");
    assertThat(store.find("native-jemalloc", "9.1.2").orElseThrow().version()).isEqualTo("9.1.2");
  }

  @Test
  void whatCannotBeUsedIsRefusedWithTheReasonAndAWayOut() throws IOException, InterruptedException {
    Path text = Files.writeString(folder.resolve("readme"), "no library");
    Path cut = folder.resolve("cut.deb");
    Path deb = deb("Version: 9.1.2-3", "xz", Map.of("lib.so", jemalloc(List.of())));
    byte[] whole = Files.readAllBytes(deb);
    try (OutputStream out = Files.newOutputStream(cut)) {
      out.write(whole, 0, whole.length / 2);
    }
    Path unknown = CompiledLibrary.make(folder, "libother.so.1", "", "", List.of());

    refused(folder.resolve("absent.deb"), "there is no file");
    refused(text, "no shared library for x86-64");
    refused(cut, "cannot be unpacked");
    refused(unknown, "native:/path/lib.so");
    assertThatThrownBy(() -> arrival.add(List.of(deb), Optional.of("native-glibc@2")))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining("--as native-jemalloc@VERSION");
    assertThatThrownBy(() -> arrival.add(List.of(deb), Optional.of("native-jemalloc@../x")))
        .isInstanceOf(AllocatorException.class);
    assertThat(store.all()).isEmpty();
  }

  private void refused(Path file, String reason) {
    assertThatThrownBy(() -> arrival.add(List.of(file), Optional.empty()))
        .isInstanceOf(AllocatorException.class)
        .hasMessageContaining(reason);
  }

  // ------------------------------------------------------------------ packages

  private Path deb(String versionLine, String compression, Map<String, Path> files)
      throws IOException {
    Path deb = folder.resolve("package.deb");
    try (ArArchiveOutputStream out = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
      put(out, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
      String control = "Package: some\n" + versionLine + "\nArchitecture: amd64\n";
      put(out, "control.tar.gz", compressed("gz", tarWithoutEnd("./control", control)));
      String suffix = compression.isEmpty() ? "" : "." + compression;
      put(out, "data.tar" + suffix, compressed(compression, tar(files)));
    }
    return deb;
  }

  private static void put(ArArchiveOutputStream out, String name, byte[] content)
      throws IOException {
    out.putArchiveEntry(new ArArchiveEntry(name, content.length));
    out.write(content);
    out.closeArchiveEntry();
  }

  private static byte[] tar(Map<String, Path> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry link = new TarArchiveEntry("./usr/lib/link", TarArchiveEntry.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      out.putArchiveEntry(link);
      out.closeArchiveEntry();
      for (Map.Entry<String, Path> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
        entry.setSize(Files.size(file.getValue()));
        out.putArchiveEntry(entry);
        Files.copy(file.getValue(), out);
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] tarWithoutEnd(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarArchiveOutputStream out = new TarArchiveOutputStream(bytes);
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] compressed(String kind, byte[] content) throws IOException {
    if (kind.isEmpty()) {
      return content;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        new CompressorStreamFactory().createCompressorOutputStream(kind, bytes)) {
      out.write(content);
    } catch (CompressorException e) {
      throw new IOException(e);
    }
    return bytes.toByteArray();
  }

  /** As the format's description has it: a lead, a header of signatures, one of the package. */
  private Path rpm(String version, String release, Map<String, Path> files) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try (CpioArchiveOutputStream out = new CpioArchiveOutputStream(payload)) {
      for (Map.Entry<String, Path> file : files.entrySet()) {
        CpioArchiveEntry entry = new CpioArchiveEntry(file.getKey(), Files.size(file.getValue()));
        entry.setMode(CpioArchiveEntry.C_ISREG | 0755);
        out.putArchiveEntry(entry);
        Files.copy(file.getValue(), out);
        out.closeArchiveEntry();
      }
    }
    Path rpm = folder.resolve("package.rpm");
    try (OutputStream out = Files.newOutputStream(rpm)) {
      out.write(ByteBuffer.allocate(96).putInt(0xedabeedb).array());
      byte[] signatures = header(1000, "sig", 1001, "pad");
      out.write(signatures);
      out.write(new byte[(8 - signatures.length % 8) % 8]);
      out.write(header(1001, version, 1002, release));
      out.write(compressed("zstd", payload.toByteArray()));
    }
    return rpm;
  }

  private static byte[] header(int tag, String text, int otherTag, String otherText) {
    byte[] store = (text + "\0" + otherText + "\0").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer header = ByteBuffer.allocate(16 + 32 + store.length);
    header.putInt(0x8eade801).putInt(0).putInt(2).putInt(store.length);
    header.putInt(tag).putInt(6).putInt(0).putInt(1);
    header.putInt(otherTag).putInt(6).putInt(text.length() + 1).putInt(1);
    return header.put(store).array();
  }
}
