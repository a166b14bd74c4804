package heapstakes.foreign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
  private static final String FOLDER = "/lib/x86_64-linux-gnu/";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libc.so.6",
        "libm.so.6",
        "libstdc++.so.6",
        "libjemalloc.so.2",
        "libtcmalloc_minimal.so.4"
      })
  void readsWhatReadelfReads(String soname) throws IOException, InterruptedException {
    Path file = Path.of(FOLDER, soname);
    assumeTrue(Files.isReadable(file), file + " is missing");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/readelf")), "readelf is missing");
    String dynamic = readelf("-d", file);
    String versions = readelf("-V", file);

    ElfFile elf = ElfFile.read(file).orElseThrow();

    assertThat(List.of(elf.soname())).isEqualTo(all("\\(SONAME\\).*\\[(.*)\\]", dynamic));
    assertThat(elf.needed()).isEqualTo(all("\\(NEEDED\\).*\\[(.*)\\]", dynamic));
    assertThat(elf.provided())
        .containsExactlyInAnyOrderElementsOf(all("Index: .*Name: (\\S+)", versions));
    assertThat(elf.wanted().keySet())
        .containsExactlyInAnyOrderElementsOf(all("Version: 1  File: (\\S+)", versions));
    assertThat(elf.wanted().values().stream().flatMap(wanted -> wanted.stream()))
        .containsExactlyInAnyOrderElementsOf(all("Name: (\\S+)  Flags: none  Version: ", versions));
  }

  private static String readelf(String option, Path file) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("readelf", "-W", option, file.toString());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }

  @Test
  void aFileThatIsCutOrDamagedAnywhereIsReadOrRefusedButNeverStopsTheReader() throws IOException {
    Path file = SystemLibraries.find("libm.so.6").orElse(Path.of("/nowhere"));
    assumeTrue(Files.isReadable(file), "libm.so.6 is missing");
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      byte[] damaged =
          i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int j = 0; damaged.length > 0 && j < 20; j++) {
        damaged[random.nextInt(Math.min(damaged.length, 1 << 15))] = (byte) random.nextInt();
      }
      assertThatCode(() -> ElfFile.of(damaged)).doesNotThrowAnyException();
    }
  }

  @Test
  void whatIsNoSharedObjectIsNone() {
    assertThat(ElfFile.of(new byte[0])).isEmpty();
    assertThat(ElfFile.of(new byte[4096])).isEmpty();
    assertThat(ElfFile.read(Path.of("/nowhere"))).isEmpty();
  }
}
