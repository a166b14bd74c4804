package heapstakes.results.page;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.MemoryUse;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.judge.Objective;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartFilesTest {
  @TempDir Path folder;

  @Test
  void aChartIsAPictureWithTheColoursOfItsContestantsAndOnlyWhereThereAreFigures()
      throws IOException {
    Assumptions.assumeTrue(Pictures.lack().isEmpty(), () -> Pictures.lack().orElseThrow());
    CellKey metered = new CellKey("jemalloc", "tcache=false", "a/b<c", "simulated", 1);
    CellKey timed = new CellKey("native-glibc", "", "a/b<c", "linux", 1);
    CellKey nothing = new CellKey("native-glibc", "", "nothing", "linux", 1);
    CellsCsv.write(
        folder.resolve(CellsCsv.NAME),
        List.of(
            Cell.of(metered).count(Column.RETAINED_BYTES, 5_000_000).build(),
            Cell.of(timed)
                .text(Column.KIND, "native")
                .decimal(Column.THROUGHPUT_OPS_PER_S, 3e6)
                .decimal(Column.THROUGHPUT_ERROR_OPS_PER_S, 1e5)
                .count(Column.RETAINED_BYTES, 7_000_000)
                .build(),
            Cell.of(nothing).build()));
    TimelineCsv.append(folder, metered, List.of(point(0, 8192), point(10, 81_920)));

    List<Path> files =
        ChartFiles.write(folder, List.of(), Objective.RETAINED, folder.resolve("charts"));

    assertThat(files)
        .extracting(file -> String.valueOf(file.getFileName()))
        .satisfiesExactly(
            name -> assertThat(name).startsWith("memory@a_b_c@1"),
            name -> assertThat(name).startsWith("throughput@a_b_c@1"),
            name -> assertThat(name).startsWith("trade-off@a_b_c@1"));
    List<Color> contestants = List.of(Color.decode("#3b82d6"), Color.decode("#e8833a"));
    assertThat(colours(files.get(0))).contains(contestants.get(0));
    assertThat(colours(files.get(1)))
        .contains(contestants.get(1))
        .doesNotContain(contestants.get(0));
    assertThat(colours(files.get(2)))
        .contains(contestants.get(1))
        .doesNotContain(contestants.get(0));
  }

  private static TimelinePoint point(long nanos, long resident) {
    return new TimelinePoint(
        nanos,
        nanos,
        "",
        MemoryUse.of(0, 0, resident, resident),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static Set<Color> colours(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    Set<Color> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        colours.add(new Color(image.getRGB(x, y)));
      }
    }
    return colours;
  }
}
