package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.results.page.Pictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplainCommandTest {
  private static final String TLPI =
      "tlpi-free-and-sbrk:blocks=1000,size=10240,step=1,first=1,last=999";

  private static Outcome explain(String words) {
    return heapstakes(("explain " + words).split(" "));
  }

  @Test
  void namesTheBlockThatPinsTheBreakAndSaysWhatFreeingItGaveBack() {
    Outcome outcome = explain("-a ptmalloc2 -t " + TLPI);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    String text = outcome.output().replaceAll("\n  ", " ");
    assertThat(text)
        .contains("the block of 10 240 B that operation 1 000 allocated (slot 999, thread 0")
        .contains("Tried: freed alone at that moment, it lets 9.66 MiB go at once, 9.78 MiB with")
        .contains("Tried: malloc_trim(0), with nothing freed, returns 9.77 MiB");
    assertThat(outcome.output().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
  }

  @Test
  void programsGetTheSameAsJsonAndTheGroupsAsCsv() {
    JsonNode root =
        new JsonMapper().readTree(explain("-a ptmalloc2 --format json -t " + TLPI).output());

    assertThat(root.at("/pins/0/block/slot").asInt()).isEqualTo(999);
    assertThat(root.at("/memory/live_blocks").asInt()).isOne();
    assertThat(root.at("/experiments/0/kind").asString()).isEqualTo("trim");
    List<String> rows = explain("-a ptmalloc2 --format csv -t " + TLPI).output().lines().toList();
    assertThat(rows.getFirst()).startsWith("by,group,blocks,bytes,held_bytes,alone_bytes");
    assertThat(rows.get(1)).startsWith("size,8–16 KiB,1,10240,6144,6144");
  }

  /** The block under top is a fastbin chunk of 100 B: without fastbins and tcache it goes. */
  @Test
  void settingsAreTriedUpToTheSameMomentAndTheBestComesFirst(@TempDir Path folder)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      text.append("m ").append(i).append(" 100\n");
    }
    for (int i = 0; i < 4000; i++) {
      text.append("f ").append(i).append('\n');
    }
    Path trace = Files.writeString(folder.resolve("small.hst"), text);

    Outcome outcome = explain("-a ptmalloc2 --budget 100 --format json -t " + trace);

    JsonNode root = new JsonMapper().readTree(outcome.output());
    assertThat(root.at("/pins/0/below").asString()).isEqualTo("cached");
    assertThat(root.at("/settings/0/contestant").asString()).isEqualTo("ptmalloc2:mxfast=0");
    assertThat(root.at("/settings/0/resident").asLong())
        .isLessThan(root.at("/memory/resident").asLong() / 2);
    assertThat(explain("-a ptmalloc2 --budget -1 -t " + trace).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  /** 2501 pages of the heap are dirty and hold nothing; the block that pins them is framed. */
  @Test
  void theMapShowsEachPageAndTheBlockThatPinsTheBreak(@TempDir Path folder) throws IOException {
    assumeTrue(Pictures.lack().isEmpty(), () -> Pictures.lack().orElseThrow());
    Path png = folder.resolve("map.png");
    Path html = folder.resolve("map.html");
    Outcome outcome = explain("-a ptmalloc2 -t " + TLPI + " --png " + png + " --html " + html);

    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
    BufferedImage image = ImageIO.read(png.toFile());
    int cell = 16;
    long orange = count(image, 0xe8833a) - 28 * 15; // without the legend's
    assertThat((double) orange / ((cell - 1) * (cell - 1))).isBetween(2495.0, 2505.0);
    assertThat(count(image, 0xd0021b)).isPositive();
    assertThat(Files.readString(html))
        .contains("slot 999", "data:image/png;base64,", "what resident memory holds")
        // A sentence is a paragraph, which a narrow window breaks where it likes.
        .containsPattern("<p>The break cannot fall below .* stands directly under top\\. .*</p>")
        .doesNotContain("http");
  }

  private static long count(BufferedImage image, int colour) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xffffff) == colour ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void whatIsMissingIsSaidWithTheWayOut() {
    assertThat(explain("-a native-glibc -t jq"))
        .satisfies(outcome -> {
          assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
          assertThat(outcome.errors()).contains("its twin is ptmalloc2");
        });
    assertThat(explain("-a ptmalloc2 -t random --memory linux"))
        .satisfies(outcome -> {
          assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
          assertThat(outcome.errors()).contains("Leave --memory out.");
        });
    assertThat(explain("-a ptmalloc2 --at fred -t " + TLPI))
        .satisfies(outcome -> {
          assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
          assertThat(outcome.errors()).contains("Did you mean 'freed'?");
        });
  }
}
