package heapstakes.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheProbeTest {
  @TempDir private Path root;

  private void index(int index, String size, String ways) throws IOException {
    Path folder =
        Files.createDirectories(root.resolve("sys/devices/system/cpu/cpu0/cache/index" + index));
    Files.writeString(folder.resolve("size"), size + "\n");
    Files.writeString(folder.resolve("ways_of_associativity"), ways + "\n");
  }

  @Test
  void sizesAreThoseThatTheKernelTells() throws IOException {
    index(0, "48K", "12");
    index(2, "2048K", "16");
    index(3, "36864K", "12");

    Caches shape = new CacheProbe(root).shape();

    assertThat(shape.l1Bytes()).isEqualTo(48 << 10);
    assertThat(shape.l1Ways()).isEqualTo(12);
    assertThat(shape.l2Bytes()).isEqualTo(2 << 20);
    assertThat(shape.l3Bytes()).isEqualTo(36 << 20);
    assertThat(shape.l3Ways()).isEqualTo(12);
  }

  @Test
  void whatTheKernelDoesNotTellIsAsUsual() throws IOException {
    index(0, "none", "0");

    assertThat(new CacheProbe(root).shape()).isEqualTo(Caches.ZEN_3);
  }
}
