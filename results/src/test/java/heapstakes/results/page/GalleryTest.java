package heapstakes.results.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.MemoryUse;
import heapstakes.results.OutputException;
import heapstakes.results.ResultException;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.history.HistoryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class GalleryTest {
  private static final String HOSTILE = "a</td><script>alert(1)</script><b>&\"'../..";
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  private Path run(String name, String build, String cpu, Cell... cells) throws IOException {
    Path run = Files.createDirectory(folder.resolve(name));
    CellsCsv.write(run.resolve(CellsCsv.NAME), List.of(cells));
    EnvironmentJson.write(
        run.resolve(Environment.NAME),
        new Environment(
            Environment.SCHEMA_VERSION,
            build,
            "2026-11-20T12:34:56Z",
            List.of("heapstakes", "sweep", "-a", "<b>"),
            new Environment.Plan(
                List.of(), List.of(), List.of(), List.of(), "quick", 5, Optional.empty()),
            new Environment.Host(cpu, 2, 1L << 34, "6.1", "Debian", "0", "madvise", "", 0.5),
            new Environment.Jvm("25", "vendor", "vm", List.of(), List.of()),
            "1.37",
            24.0,
            List.of(),
            List.of(),
            List.of(),
            Optional.empty()));
    return run;
  }

  private static Cell.Builder cell(String allocator, String workload, long retained) {
    return Cell.of(new CellKey(allocator, "", workload, "simulated", 1))
        .text(Column.KIND, "model")
        .text(Column.STATUS, "ok")
        .count(Column.RETAINED_BYTES, retained);
  }

  private static Cell timed(String allocator, String workload, double low, double high) {
    return Cell.of(new CellKey(allocator, "", workload, "linux", 1))
        .text(Column.KIND, "native")
        .text(Column.STATUS, "ok")
        .decimal(Column.ONE_LIFE_NS_PER_OP, (low + high) / 2)
        .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, low)
        .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, high)
        .build();
  }

  private String page(String workload, Path... runs) throws IOException {
    Path site = folder.resolve("site");
    Gallery.write(List.of(runs), Optional.empty(), site, name -> GalleryTopic.UNKNOWN);
    return Files.readString(site.resolve("workload").resolve(workload + ".html"));
  }

  /** A table a string: its rows, each the contestant, {@code *} where it is the best of any. */
  private static List<String> tables(String page) {
    List<String> tables = new ArrayList<>();
    for (String table : all(page, "(?s)<table.*?</table>")) {
      List<String> rows = new ArrayList<>();
      for (String row : all(table, "(?s)<tr><th scope=\"row\".*?</tr>")) {
        String name = all(row, "(?<=>)[^<]+(?=<small)").getFirst();
        rows.add(name + (row.contains("class=\"best\"") ? "*" : ""));
      }
      tables.add(String.join(" ", rows));
    }
    return tables;
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void versionsStandBelowEachOtherAndTheLeastIsMarked() throws IOException {
    Path run =
        run(
            "run",
            "1",
            "cpu",
            cell("ptmalloc2@2.41", "jq", 2 * MIB).build(),
            cell("tcmalloc@2.8", "jq", 5 * MIB).build(),
            cell("ptmalloc2@2.43", "jq", 7 * MIB).build(),
            cell("ideal", "jq", 0).text(Column.KIND, "floor").build());

    String page = page("jq", run);

    assertThat(tables(page)).containsExactly("ptmalloc2@2.41* ptmalloc2@2.43 tcmalloc@2.8 ideal");
    assertThat(page).contains("+5.00 MiB").doesNotContain("+3.00 MiB").contains("not ranked");
  }

  @Test
  void figuresOfOtherBuildsMachinesAndMemoriesStandInTablesOfTheirOwn() throws IOException {
    Cell first = cell("ptmalloc2@2.41", "jq", 2 * MIB).build();
    Cell second = cell("ptmalloc2@2.43", "jq", 7 * MIB).build();
    Cell elsewhere =
        Cell.of(new CellKey("bump", "", "jq", "simulated:ram=1G", 1))
            .text(Column.STATUS, "ok")
            .count(Column.RETAINED_BYTES, 1)
            .build();
    Path one = run("one", "1", "cpu", first, elsewhere);
    Path same = run("same", "1", "cpu", second);
    Path build = run("build", "2", "cpu", second);
    Path machine = run("machine", "1", "another", second);

    assertThat(tables(page("jq", one, same, build, machine)))
        .containsExactly(
            "ptmalloc2@2.41* ptmalloc2@2.43", "bump", "ptmalloc2@2.43", "ptmalloc2@2.43");
  }

  @Test
  void timesThatCannotBeToldApartAreBothTheBestAndABusyMachineMarksNone() throws IOException {
    Path run =
        run(
            "run",
            "1",
            "cpu",
            timed("native-glibc", "calm", 19, 21),
            timed("native-jemalloc", "calm", 9.8, 10.2),
            timed("native-mimalloc", "calm", 10.1, 10.9),
            timed("native-glibc", "busy", 19, 31), // half of 12 is 24 % of 25
            timed("native-jemalloc", "busy", 9.8, 10.2));

    assertThat(tables(page("calm", run)))
        .containsExactly("native-glibc native-jemalloc* native-mimalloc*");
    assertThat(page("calm", run)).contains("9.80 ns to 10 ns");
    assertThat(tables(page("busy", run))).containsExactly("native-glibc native-jemalloc");
    assertThat(page("busy", run)).contains("rounds disagree by ±24 %");
  }

  @Test
  void namesAreTextWhateverTheyHold() throws IOException {
    Path run =
        run(
            "run",
            HOSTILE,
            HOSTILE,
            cell(HOSTILE, HOSTILE, MIB).text(Column.BADGE, HOSTILE).build());
    Path site = folder.resolve("site");

    List<Path> written =
        Gallery.write(
            List.of(run),
            Optional.empty(),
            site,
            name -> new GalleryTopic(GalleryTopic.Kind.QUESTION, HOSTILE, HOSTILE));

    assertThat(written).hasSize(2).allSatisfy(file -> assertThat(file).isRegularFile());
    assertThat(written.getLast().getParent()).isEqualTo(site.resolve("workload"));
    for (Path page : written) {
      assertThat(page).content().doesNotContain("<script", "<b>").contains("&lt;script&gt;");
    }
    try (var files = Files.walk(site)) {
      assertThat(files.filter(Files::isRegularFile)).containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @Test
  void versionsThatDoTheSameShareACurve() throws IOException {
    Path run = curves();

    String page = page("jq", run);

    assertThat(all(page, "<polyline")).hasSize(2);
    assertThat(page).contains("ptmalloc2@2.36, ptmalloc2@2.41").contains("<title>burst</title>");
  }

  private Path curves() throws IOException {
    Path run =
        run(
            "run",
            "1",
            "cpu",
            cell("ptmalloc2@2.36", "jq", MIB).build(),
            cell("ptmalloc2@2.41", "jq", MIB).build(),
            cell("ptmalloc2@2.43", "jq", 9 * MIB).build());
    for (Cell cell : CellsCsv.ofRun(run)) {
      long end = (long) cell.number(Column.RETAINED_BYTES).orElseThrow();
      List<TimelinePoint> points = new ArrayList<>();
      for (int i = 0; i <= 1000; i++) {
        points.add(point(i, i == 500 ? "burst" : "", 9 * MIB * i / 1000));
      }
      points.add(point(1001, "", end));
      TimelineCsv.append(run, cell.key(), points);
    }
    return run;
  }

  private static TimelinePoint point(long nanos, String phase, long resident) {
    return new TimelinePoint(
        nanos,
        nanos,
        phase,
        MemoryUse.of(0, 0, resident, resident),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  @Test
  void whatIsKeptOfARunShowsTheSameTableAndPhases() throws IOException {
    Path run = curves();
    Path kept = folder.resolve("kept");
    Gallery.keep(List.of(run), kept);

    assertThat(tables(page("jq", kept.resolve("run")))).isEqualTo(tables(page("jq", run)));
    assertThat(page("jq", kept.resolve("run"))).contains("<title>burst</title>");
    assertThat(Files.size(kept.resolve("run").resolve(TimelineCsv.NAME)))
        .isLessThan(Files.size(run.resolve(TimelineCsv.NAME)) / 10);
    assertThatThrownBy(() -> Gallery.keep(List.of(run), kept))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void aHistoryHasALineForEachContestantAndTellsWhatBecameWorse() throws IOException {
    Path history = folder.resolve("history.jsonl");
    Cell other = cell("tcmalloc@2.8", "jq", 5 * MIB).build();
    Path before = run("before", "1", "cpu", cell("bump", "jq", 2 * MIB).build(), other);
    Path after = run("after", "2", "another", cell("bump", "jq", 3 * MIB).build(), other);
    HistoryFile.append(before, history, "first");
    HistoryFile.append(after, history, HOSTILE);
    Path site = folder.resolve("site");

    Gallery.write(List.of(), Optional.of(history), site, name -> GalleryTopic.UNKNOWN);

    String page = Files.readString(site.resolve("history.html"));
    assertThat(all(page, "<polyline")).hasSize(2);
    assertThat(all(page, "<circle")).hasSize(4);
    assertThat(all(page, "(?s)<tbody>.*?</tbody>"))
        .singleElement()
        .asString()
        .contains(">bump<", ">2.00 MiB<", ">3.00 MiB<", "worse")
        .doesNotContain("tcmalloc");
    assertThat(page).doesNotContain("<script");
    assertThat(site.resolve("index.html")).content().contains("href=\"history.html\"");
  }

  @Test
  void whatIsNoRunIsSaidBeforeAnythingIsWritten() {
    Path site = folder.resolve("site");

    assertThatThrownBy(() ->
            Gallery.write(List.of(folder), Optional.empty(), site, name -> GalleryTopic.UNKNOWN))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining(folder.toString());
    assertThat(site).doesNotExist();
  }

  @Test
  void inABrowserPagesFitADeskAndAPhoneAndLinksLead() throws IOException {
    assumeThat(Browser.driver())
        .as("chromedriver is not installed: apt-get install chromium chromium-driver")
        .isPresent();
    Path run = curves();
    Path site = folder.resolve("site");
    List<Path> pages =
        Gallery.write(List.of(run), Optional.empty(), site, name -> GalleryTopic.UNKNOWN);

    try (Browser browser = Browser.open(Browser.driver().orElseThrow())) {
      for (int width : new int[] {1400, 390}) {
        browser.resize(width, 900);
        for (Path page : pages) {
          browser.go(page);
          assertThat(
                  browser.run("return document.documentElement.scrollWidth - innerWidth").asInt())
              .as(String.format(Locale.ROOT, "%s in %d px", page, width))
              .isLessThanOrEqualTo(0);
        }
      }
      browser.go(pages.getFirst());
      browser.click("article a");
      JsonNode title =
          browser.run("return document.title + document.querySelectorAll('svg').length");
      assertThat(title.asString()).isEqualTo("jq1");
      assertThat(browser.console()).isEmpty();
    }
  }
}
