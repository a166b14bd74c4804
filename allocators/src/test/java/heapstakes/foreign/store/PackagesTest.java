package heapstakes.foreign.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackagesTest {
  private static final List<String> WANTED = List.of("native-mimalloc", "native-tcmalloc");

  /** Debian's names are those of its archive: apt-cache show. */
  @ParameterizedTest
  @CsvSource({
    "debian, '', 12, apt-get install libmimalloc2.0 libtcmalloc-minimal4",
    "debian, '', 13, apt-get install libmimalloc3 libtcmalloc-minimal4t64",
    "debian, '', '', apt-get install libmimalloc3 libtcmalloc-minimal4t64",
    "ubuntu, debian, 20.04, apt-get install libtcmalloc-minimal4",
    "ubuntu, debian, 26.04, apt-get install libmimalloc3 libtcmalloc-minimal4t64",
    "linuxmint, 'ubuntu debian', 22, apt-get install libmimalloc2.0 libtcmalloc-minimal4t64",
    "fedora, '', 42, dnf install mimalloc gperftools-libs",
    "rocky, 'rhel centos fedora', 9.4, dnf install gperftools-libs",
    "alpine, '', 3.22, apk add mimalloc2 gperftools",
    "manjaro, arch, '', pacman -S mimalloc gperftools",
    "opensuse-tumbleweed, 'opensuse suse', 20250101, zypper install libmimalloc2 libtcmalloc4"
  })
  void aDistributionHasItsOwnNames(String id, String like, String version, String expected) {
    List<String> osRelease =
        List.of(
            "NAME=\"Some Linux\"",
            "ID=" + id,
            "ID_LIKE=\"" + like + "\"",
            "VERSION_ID=\"" + version + "\"");

    assertThat(Packages.of(osRelease).orElseThrow().install(WANTED)).hasValue(expected);
  }

  /** As the packages' lists of files have it. */
  @ParameterizedTest
  @CsvSource({
    "debian, 12, native-mimalloc, ''",
    "debian, 13, native-mimalloc, libmimalloc.so.3",
    "debian, 13, native-tcmalloc, ''",
    "ubuntu, 26.04, native-mimalloc, libmimalloc.so.3"
  })
  void aPackageMayHaveAnotherSonameThanTheFirst(
      String id, String version, String library, String expected) {
    Packages packages = Packages.of(List.of("ID=" + id, "VERSION_ID=" + version)).orElseThrow();

    assertThat(packages.content(library).orElseThrow().soname().orElse("")).isEqualTo(expected);
  }

  @Test
  void whatIsNotKnownIsNotGuessed() {
    assertThat(Packages.of(List.of("ID=slackware"))).isEmpty();
    assertThat(Packages.of(List.of())).isEmpty();
    assertThat(Packages.of(List.of("ID=fedora")).orElseThrow().install(List.of("native-glibc")))
        .isEmpty();
  }
}
