package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GalleryCommandTest {
  @TempDir private Path temporary;

  @Test
  void aSweepOverVersionsBecomesASiteThatTellsTheQuestions() {
    String run = temporary.resolve("run").toString();
    Path site = temporary.resolve("site");
    heapstakes(
        "sweep",
        "-a",
        "ptmalloc2@{2.36,2.43}",
        "-w",
        "late-first-free:blocks=2000",
        "random:operations=1000",
        "--out",
        run);

    Outcome gallery = heapstakes("gallery", run, "-o", site.toString());

    assertThat(gallery.exitCode()).as(gallery.errors()).isZero();
    assertThat(gallery.output()).contains("and 2 pages");
    assertThat(site.resolve("index.html"))
        .content()
        .contains("<h2>Questions</h2>", "Why does nothing go back since glibc 2.43")
        .contains("<h2>Synthetic workloads</h2>");
    assertThat(heapstakes("gallery", temporary.toString(), "-o", run).errors())
        .contains("there is no cells.csv");
  }
}
