package heapstakes.results.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.MemoryUse;
import heapstakes.results.ResultException;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.run.CellFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page as a browser shows it. */
class ReportPageTest {
  private static final String HOSTILE = "a</script><b>&\"'<!--";
  private static final CellKey METERED = new CellKey("ptmalloc2", "", "jq", "simulated", 1);
  private static final CellKey TIMED = new CellKey("ptmalloc2", "", "jq", "linux", 1);
  private static final CellKey REAL = new CellKey("native-glibc", "", "jq", "linux", 1);
  private static final CellKey KILLED = new CellKey("bump", "", HOSTILE, "simulated", 1);

  private static final String DRAWN =
      """
      const all = charts.get('%1$s').getZr().storage.getDisplayList(true)
        .filter((e) => e.style && e.style.text)
        .map((e) => {
          const rect = e.getBoundingRect().clone();
          if (e.transform) rect.applyTransform(e.transform);
          return { text: e.style.text, rect };
        });
      const width = charts.get('%1$s').getWidth();
      const texts = all.filter((e) => e.rect.x >= 0 && e.rect.x + e.rect.width <= width).map((e) => e.text);
      """;

  private static @Nullable Browser opened;

  @TempDir Path folder;

  @BeforeEach
  void writeARun() throws IOException {
    CellsCsv.write(
        folder.resolve(CellsCsv.NAME),
        List.of(
            cell(METERED, "model")
                .text(Column.BADGE, "twin")
                .text(Column.VERSION, "GNU 2.36")
                .count(Column.RETAINED_BYTES, 5_000_000)
                .count(Column.RETURNED_BRK_BYTES, 4096)
                .count(Column.RETURNED_DONTNEED_BYTES, 8192)
                .build(),
            cell(TIMED, "model")
                .decimal(Column.THROUGHPUT_OPS_PER_S, 2.5e6)
                .decimal(Column.THROUGHPUT_ERROR_OPS_PER_S, 5e4)
                .build(),
            cell(REAL, "native")
                .decimal(Column.THROUGHPUT_OPS_PER_S, 3e6)
                .count(Column.RETAINED_BYTES, 7_000_000)
                .build(),
            cell(KILLED, "floor").text(Column.STATUS, "oom_killed").build()));
    TimelineCsv.append(
        folder,
        METERED,
        List.of(
            point(0, "", 4096, 8192), point(10, "burst", 40_960, 81_920), point(20, "", 0, 8192)));
    try (PrintStream log =
        new PrintStream(CellFiles.histograms(folder, TIMED).toFile(), StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(log);
      writer.outputLogFormatVersion();
      for (long nanos : new long[] {100, 1500}) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(nanos, 500);
        histogram.setTag("kind" + nanos);
        writer.outputIntervalHistogram(histogram);
      }
    }
  }

  private static Cell.Builder cell(CellKey key, String kind) {
    return Cell.of(key).text(Column.KIND, kind).text(Column.STATUS, "ok");
  }

  private static TimelinePoint point(long nanos, String phase, long requested, long resident) {
    return new TimelinePoint(
        nanos,
        nanos,
        phase,
        MemoryUse.of(requested, requested, resident, resident),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private Path page() {
    Path page = folder.resolve(ReportPage.NAME);
    ReportPage.write(folder, page);
    return page;
  }

  @Test
  void showsTheFiguresOfTheRun() {
    Browser browser = browser();
    browser.go(page());

    assertThat(data(browser, "chart-throughput", 0)).isEqualTo("[3000000,2500000]");
    assertThat(data(browser, "chart-throughput", 1))
        .isEqualTo("[[3000000,3000000,0],[2450000,2550000,1]]");
    assertThat(data(browser, "chart-memory", 0)).isEqualTo("[[0,8192],[10,81920],[20,8192]]");
    assertThat(
            browser
                .run(
                    "return charts.get('chart-memory').getOption().series[0].markLine.data[0].name")
                .asString())
        .isEqualTo("burst");
    assertThat(data(browser, "chart-returned", 0)).isEqualTo("[4096]");
    assertThat(data(browser, "chart-returned", 2)).isEqualTo("[8192]");
    assertThat(data(browser, "chart-pareto", 0)).isEqualTo("[[5000000,2500000]]");
    assertThat(
            browser.run(
                "return charts.get('chart-latency').getOption().series[0].data"
                    + ".map(([, ns, p]) => [p, ns]).filter(([p]) => p === 0 || p === 90)"))
        .hasToString("[[0,100],[90,1500]]");
    // A chart without ink is not drawn, whatever its options say.
    assertThat(
            browser
                .run(
                    """
                    return [...document.querySelectorAll(".chart canvas")].filter((canvas) => {
                      const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                      return new Set(new Uint32Array(all.buffer)).size > 3;
                    }).length;\
                    """)
                .asInt())
        .isEqualTo(6);
    assertThat(browser.console()).isEmpty();
  }

  private static String data(Browser browser, String chart, int series) {
    return browser
        .run(
            String.format(
                Locale.ROOT,
                "return charts.get('%s').getOption().series[%d].data.map((v) => v?.value ?? v)",
                chart,
                series))
        .toString();
  }

  private static Cell timed(String contestant, String workload, double low, double high) {
    return cell(new CellKey(contestant, "", workload, "linux", 1), "native")
        .decimal(Column.ONE_LIFE_NS_PER_OP, (low + high) / 2)
        .decimal(Column.ONE_LIFE_NS_PER_OP_LOW, low)
        .decimal(Column.ONE_LIFE_NS_PER_OP_HIGH, high)
        .build();
  }

  /** The cells of a workload's column: what is written and whether it looks like the best. */
  private static String oneLife(Browser browser, int workload) {
    return browser
        .run(
            String.format(
                Locale.ROOT,
                """
                byId("objective").value = "one_life_ns_per_op";
                drawRatios();
                return [...document.querySelectorAll("#ratios tbody tr")].map((row) => row.cells[%d])
                  .map((c) => c.textContent + (c.style.background.includes("--good") ? " best" : ""));\
                """,
                workload))
        .toString();
  }

  @Test
  void whoMightBeTheBestInAnotherRunLooksLikeItAndABusyMachineTellsNothing() throws IOException {
    CellsCsv.write(
        folder.resolve(CellsCsv.NAME),
        List.of(
            timed("native-glibc", "calm", 19, 21),
            timed("native-jemalloc", "calm", 9.8, 10.2),
            timed("native-mimalloc", "calm", 10.1, 10.9),
            timed("native-glibc", "busy", 19, 31), // half of 12 is 24 % of 25
            timed("native-jemalloc", "busy", 9.8, 10.2),
            timed("native-mimalloc", "busy", 10.1, 10.9)));
    Browser browser = browser();
    browser.go(page());

    assertThat(oneLife(browser, 1)).isEqualTo("[\"2.00\",\"1.00 best\",\"1.05 best\"]");
    assertThat(oneLife(browser, 2)).isEqualTo("[\"untold\",\"untold\",\"untold\"]");
    assertThat(browser.run("return document.getElementById('cautions').textContent").asString())
        .contains("Nobody is best in speed on busy: rounds disagree by ±24\u00a0%");
    assertThat(browser.run("return document.getElementById('advice').textContent").asString())
        .contains("level with native-mimalloc");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void namesAreTextWhateverTheyHold() {
    Browser browser = browser();
    browser.go(page());

    assertThat(browser.run("return document.querySelectorAll('b').length").asInt()).isZero();
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#ratios thead th')].map((c) => c.textContent)"))
        .extracting(JsonNode::asString)
        .containsExactly("contestant", "jq", HOSTILE);
    browser.run(
        "const s = document.getElementById('workload-choice'); s.value = '1'; s.dispatchEvent(new Event('change'))");
    assertThat(browser.run("return document.getElementById('ratios').textContent").asString())
        .contains("oom killed");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void whatAContestantIsStandsBesideItsName() {
    Browser browser = browser();
    browser.go(page());

    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#ratios small')].map((c) => c.textContent)"))
        .extracting(JsonNode::asString)
        .containsExactly("twin of GNU 2.36");
    assertThat(browser.run("return document.getElementById('contestant').textContent").asString())
        .contains("ptmalloc2 (twin of GNU 2.36)");
  }

  /** What is drawn is asked for, text by text, with its rectangle. */
  @Test
  void longNamesDoNotOverlapAndLegendsShowEveryone() throws IOException {
    List<Cell> cells = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      String settings = "dirty_decay_ms=10000,muzzy_decay_ms=100" + i;
      CellKey key = new CellKey("jemalloc", settings, "jq", "simulated", 1);
      names.add("jemalloc:" + settings);
      cells.add(cell(key, "model").count(Column.RETURNED_BRK_BYTES, 4096 + i).build());
      TimelineCsv.append(folder, key, List.of(point(0, "", 4096, 8192), point(9, "", 0, 8192)));
    }
    CellsCsv.write(folder.resolve(CellsCsv.NAME), cells);
    Browser browser = browser();
    browser.go(page());

    assertThat(browser.run(String.format(Locale.ROOT, DRAWN, "chart-memory") + "return texts"))
        .extracting(JsonNode::asString)
        .containsAll(names);
    JsonNode overlaps =
        browser.run(
            String.format(Locale.ROOT, DRAWN, "chart-returned")
                + """
                return all.flatMap((a, i) => all.slice(i + 1)
                  .filter((b) => a.rect.x < b.rect.x + b.rect.width - 1 && b.rect.x < a.rect.x + a.rect.width - 1
                    && a.rect.y < b.rect.y + b.rect.height - 1 && b.rect.y < a.rect.y + a.rect.height - 1)
                  .map((b) => a.text + " on " + b.text))\
                """);
    assertThat(overlaps).isEmpty();
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void aHeadingSortsByMouseAndByKeyboard() {
    Browser browser = browser();
    browser.go(page());

    String heading = "[data-column=throughput_ops_per_s]";
    browser.click(heading);
    assertThat(throughputs(browser)).containsExactly("2500000", "3000000", "", "");
    browser.type(heading, "\n");
    assertThat(throughputs(browser)).containsExactly("3000000", "2500000", "", "");
    assertThat(
            browser
                .run("return document.querySelector('[aria-sort]').getAttribute('aria-sort')")
                .asString())
        .isEqualTo("descending");
    browser.type("#filter", "glibc");
    assertThat(throughputs(browser)).containsExactly("3000000");
  }

  private static List<String> throughputs(Browser browser) {
    List<String> values = new ArrayList<>();
    browser
        .run(
            "return [...document.querySelectorAll('#table tbody tr')].map((r) => r.cells[6].dataset.value)")
        .forEach(value -> values.add(value.asString()));
    return values;
  }

  @Test
  void theThemeSwitches() {
    Browser browser = browser();
    browser.go(page());

    String colour = "return getComputedStyle(document.body).backgroundColor";
    String before = browser.run(colour).asString();
    browser.click("#theme");
    assertThat(browser.run(colour).asString()).isNotEqualTo(before);
    browser.click("#theme");
    assertThat(browser.run(colour).asString()).isEqualTo(before);
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void fitsAPhone() {
    String words = "dirty_decay_ms=10000,muzzy_decay_ms=10000";
    CellsCsv.write(
        folder.resolve(CellsCsv.NAME),
        List.of(
            cell(METERED, "model").count(Column.RETAINED_BYTES, 9_000_000).build(),
            cell(new CellKey("jemalloc", words, "jq", "simulated", 1), "strategy")
                .count(Column.RETAINED_BYTES, 5_000_000)
                .decimal(Column.MODELLED_NS_PER_OP, 20)
                .build()));
    Browser browser = browser();
    browser.resize(375, 700);
    browser.go(page());

    assertThat(browser.run("return document.getElementById('advice').textContent").asString())
        .contains(words);
    assertThat(browser.run("return innerWidth").asInt()).isEqualTo(375);
    assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth").asInt())
        .isLessThanOrEqualTo(0);
  }

  @Test
  void whatIsNoRunIsSaid() {
    Path page = folder.resolve("none.html");

    assertThatThrownBy(() -> ReportPage.write(folder.resolve("nowhere"), page))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("nowhere");
    assertThat(page).doesNotExist();
  }

  @BeforeAll
  static void openBrowser() throws IOException {
    if (Browser.driver().isPresent()) {
      opened = Browser.open(Browser.driver().orElseThrow());
    }
  }

  @AfterAll
  static void closeBrowser() {
    if (opened != null) {
      opened.close();
    }
  }

  /** As wide as a desk's. */
  private static Browser browser() {
    assumeThat(opened)
        .as("chromedriver is not installed: apt-get install chromium chromium-driver")
        .isNotNull();
    Browser browser = Objects.requireNonNull(opened);
    browser.resize(1280, 900);
    browser.console();
    return browser;
  }
}
