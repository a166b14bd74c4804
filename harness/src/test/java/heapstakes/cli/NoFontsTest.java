package heapstakes.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine on which Java finds no fonts, as a server often is. */
class NoFontsTest {
  @TempDir Path folder;

  @Test
  void aPictureIsRefusedWithWhatToInstall() throws Exception {
    Path none =
        Files.writeString(
            folder.resolve("fonts.conf"),
            "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig/>");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + folder, // where Java keeps the fonts that it found before
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Heapstakes.class.getName(),
            "trace",
            "info",
            "--png",
            folder.resolve("t.png").toString(),
            "tlpi-free-and-sbrk");
    builder.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();

    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isEqualTo(ExitCode.USAGE);
    assertThat(said).contains("pictures cannot be drawn", "apt-get install", "report --html");
    assertThat(folder.resolve("t.png")).doesNotExist();
  }
}
