package heapstakes.results.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.csv.TolerancesCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.table.Style;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class GateTest {
  static final CellKey KEY = new CellKey("ptmalloc2", "", "jq", "abc", "simulated", 1);
  static final CellKey TIMED = new CellKey("ptmalloc2", "", "jq", "abc", "linux", 1);

  static Cell.Builder cell(CellKey key) {
    return Cell.of(key)
        .text(Column.STATUS, "ok")
        .count(Column.RETAINED_BYTES, 1000)
        .count(Column.RETURNED_BRK_BYTES, 4096)
        .decimal(Column.RETURNED_SHARE, 0.5);
  }

  static RunFiles run(Cell... cells) {
    return run(Map.of(), "6.1", cells);
  }

  static RunFiles run(Map<CellKey, Map<Column, double[]>> forks, String kernel, Cell... cells) {
    SequencedMap<CellKey, Cell> all = new LinkedHashMap<>();
    Arrays.stream(cells).forEach(cell -> all.put(cell.key(), cell));
    return new RunFiles(
        Path.of("run"), Optional.of(environment(kernel, Optional.empty())), all, forks, Map.of());
  }

  private static Environment environment(
      String kernel, Optional<String> relativeTo, Environment.Library... libraries) {
    return new Environment(
        1,
        "0.1.0",
        "2026-11-20T12:00:00Z",
        List.of(),
        new Environment.Plan(List.of(), List.of(), List.of(), List.of(), "quick", 5, relativeTo),
        new Environment.Host("cpu", 2, 1L << 34, kernel, "Debian", "0", "madvise", "", 0.5),
        new Environment.Jvm("25", "vendor", "vm", List.of(), List.of()),
        "1.37",
        24.0,
        List.of(),
        List.of(),
        List.of(libraries),
        Optional.empty());
  }

  static RunFiles timed(String kernel, double... throughput) {
    return run(
        Map.of(TIMED, Map.of(Column.THROUGHPUT_OPS_PER_S, throughput)),
        kernel,
        cell(TIMED).build());
  }

  private static Finding finding(Comparison comparison, Column column) {
    return comparison.those(f -> f.column() == column).getFirst();
  }

  static Comparison compare(RunFiles base, RunFiles next) {
    return Comparison.of(base, next, GateRules.DEFAULT);
  }

  @Test
  void aRunIsNoWorseThanItself() {
    Comparison comparison = compare(run(cell(KEY).build()), run(cell(KEY).build()));

    assertThat(comparison.passes()).isTrue();
    assertThat(comparison.findings()).allMatch(f -> f.verdict() == Verdict.SAME);
  }

  @ParameterizedTest
  @CsvSource({
    "retained_bytes,1001,REGRESSED,true",
    "retained_bytes,999,IMPROVED,false",
    "returned_share,0.49,REGRESSED,true",
    "returned_share,0.51,IMPROVED,false",
    "returned_brk_bytes,4097,CHANGED,true",
    "retained_bytes,'',MISSING,true",
    "status,failed,REGRESSED,true",
    "trace_sha256,abd,CHANGED,true"
  })
  void aCountedFigureMayOnlyBecomeBetter(
      String header, String value, Verdict verdict, boolean fails) {
    Column column = Column.of(header).orElseThrow();
    Cell.Builder next = cell(KEY);
    assertThat(next.parse(column, value)).isEmpty();

    Comparison comparison = compare(run(cell(KEY).build()), run(next.build()));

    assertThat(finding(comparison, column).verdict()).isEqualTo(verdict);
    assertThat(comparison.passes()).isEqualTo(!fails);
    assertThat(comparison.those(Finding::fails)).hasSize(fails ? 1 : 0);
  }

  @Test
  void tracesOfOneNameAreComparedEachWithItself() {
    Cell one = cell(KEY).build();
    Cell other = cell(KEY.withTrace("def")).count(Column.RETAINED_BYTES, 70).build();

    Comparison comparison = compare(run(one, other), run(other, one));

    assertThat(comparison.passes()).isTrue();
    assertThat(GateText.of(compare(run(one, other), run(one)), Style.PLAIN)).contains("jq@def");
  }

  /** The second of two traces of a name changed: the first is still compared with the first. */
  @Test
  void aTraceThatChangedFailsAndIsNotTakenForAMissingCell() {
    Cell one = cell(KEY).build();
    Cell before = cell(KEY.withTrace("def")).build();
    Cell after = cell(KEY.withTrace("0123")).build();

    Comparison comparison = compare(run(one, before), run(after, one));

    assertThat(comparison.missing()).isEmpty();
    assertThat(comparison.added()).isEmpty();
    assertThat(comparison.failures())
        .extracting(Finding::column, Finding::base, Finding::next)
        .containsExactly(tuple(Column.TRACE_SHA256, "def", "0123"));
    assertThat(GateText.of(comparison, Style.PLAIN)).contains("another trace");
  }

  @Test
  void aBaselineWantsNoImprovementEither() {
    RunFiles better = run(cell(KEY).count(Column.RETAINED_BYTES, 999).build());

    assertThat(
            Comparison.of(run(cell(KEY).build()), better, new GateRules(Map.of(), true)).passes())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1010,true", "1011,false", "990,true"})
  void aToleranceIsRelative(long retained, boolean passes) {
    GateRules rules = new GateRules(Map.of(Column.RETAINED_BYTES, 0.0101), true);
    RunFiles next = run(cell(KEY).count(Column.RETAINED_BYTES, retained).build());

    assertThat(Comparison.of(run(cell(KEY).build()), next, rules).passes()).isEqualTo(passes);
  }

  /** Of a real library, on real memory. */
  @ParameterizedTest
  @CsvSource({"100.9,true", "101.1,false", "98.5,true", "'',false"})
  void instructionsMayBeOnePerCentMore(String instructions, boolean passes) {
    Column column = Column.INSTRUCTIONS_PER_OP;
    Cell.Builder next = cell(TIMED);
    assertThat(next.parse(column, instructions)).isEmpty();

    Comparison comparison =
        compare(run(cell(TIMED).decimal(column, 100).build()), run(next.build()));

    assertThat(comparison.passes()).isEqualTo(passes);
  }

  @Test
  void countsOnRealMemoryAreShownOnly() {
    RunFiles next = run(cell(TIMED).count(Column.RETAINED_BYTES, 5000).build());

    Comparison comparison = compare(run(cell(TIMED).build()), next);

    assertThat(comparison.passes()).isTrue();
    assertThat(finding(comparison, Column.RETAINED_BYTES).verdict()).isEqualTo(Verdict.REGRESSED);
  }

  @Test
  void cellsOfOneRunAreListed() {
    CellKey other = new CellKey("bump", "", "jq", "abc", "simulated", 1);
    RunFiles both = run(cell(KEY).build(), cell(other).build());

    assertThat(compare(both, run(cell(KEY).build())).missing()).containsExactly(other);
    assertThat(compare(run(cell(KEY).build()), both).added()).containsExactly(other);
    assertThatThrownBy(() -> compare(run(cell(KEY).build()), run(cell(other).build())))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("no cell in common");
  }

  /** All of one sample below all of the other: U = 0, 2 of 252 orders; ratios by hand. */
  @Test
  void theRankTestIsExactForSmallSamples() {
    RankTest apart = RankTest.of(new double[] {1, 2, 3, 4, 5}, new double[] {6.5, 7, 8, 9, 10});
    assertThat(apart.p()).isCloseTo(2 / 252.0, within(1e-12));
    assertThat(RankTest.of(new double[] {1, 2}, new double[] {2, 4.5}).ratio())
        .isEqualTo((2 + 2.25) / 2); // of 2, 4.5, 1, 2.25
  }

  @ParameterizedTest
  @CsvSource({"4,4,false", "5,5,true", "3,10,true", "1,100,false", "0,9,false"})
  void tooFewForksCannotBeToldApart(int base, int next, boolean possible) {
    assertThat(RankTest.isPossible(base, next)).isEqualTo(possible);
  }

  @ParameterizedTest
  @CsvSource({"0.85,REGRESSED,false", "0.97,SAME,true", "1.2,IMPROVED,true"})
  void aTimedFigureMustMoveSurelyAndFar(double factor, Verdict verdict, boolean passes) {
    double[] base = {100, 100.5, 101, 101.5, 102};
    double[] next = Arrays.stream(base).map(v -> v * factor).toArray();

    Comparison comparison = compare(timed("6.1", base), timed("6.1", next));

    Finding finding = finding(comparison, Column.THROUGHPUT_OPS_PER_S);
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(comparison.passes()).isEqualTo(passes);
    assertThat(comparison.meanRatios().get(Column.THROUGHPUT_OPS_PER_S))
        .isCloseTo(factor, within(1e-9));
  }

  @Test
  void oneForkGoneAstrayIsNoRegression() {
    Comparison comparison =
        compare(timed("6.1", 100, 101, 102, 103, 104), timed("6.1", 100, 101, 102, 103, 20));

    assertThat(comparison.passes()).isTrue();
  }

  @Test
  void timesOfDifferentPlacesDoNotGate() {
    Comparison comparison =
        compare(timed("6.1", 100, 101, 102, 103, 104), timed("6.2", 50, 51, 52, 53, 54));

    assertThat(comparison.passes()).isTrue();
    assertThat(comparison.elsewhere()).containsExactly("kernel: 6.1 → 6.2");
    assertThat(GateText.of(comparison, Style.PLAIN))
        .contains("measured in different places")
        .contains("kernel: 6.1");
  }

  private static RunFiles with(RunFiles run, String contestant, String sha256) {
    Environment place =
        environment(
            "6.1",
            Optional.of("native:/ref.so"),
            new Environment.Library(contestant, "1", "/a.so", sha256));
    return new RunFiles(run.path(), Optional.of(place), run.cells(), run.forks(), run.references());
  }

  /** The library that somebody works on differs between the runs, or there is nothing to judge. */
  @ParameterizedTest
  @CsvSource({"native:/mine.so,true", "native-glibc,false", "native:/ref.so,false"})
  void anotherBuildOfALibraryGivenByItsFileIsNoOtherPlace(String contestant, boolean same) {
    RunFiles run = timed("6.1", 100, 101, 102, 103, 104);

    assertThat(compare(with(run, contestant, "00"), with(run, contestant, "ff")).elsewhere())
        .hasSize(same ? 0 : 1);
  }

  @Test
  void tooFewForksAreUnclear() {
    Comparison comparison = compare(timed("6.1", 100), timed("6.1", 50));

    Finding finding = finding(comparison, Column.THROUGHPUT_OPS_PER_S);
    assertThat(finding.verdict()).isEqualTo(Verdict.UNCLEAR);
    assertThat(finding.remark()).contains("1 and 1 forks").contains("at least 5");
    assertThat(comparison.passes()).isTrue();
  }

  private static RunFiles relative(double[] own, double[] reference) {
    RunFiles run = timed("6.1", own);
    return new RunFiles(
        run.path(),
        run.environment(),
        run.cells(),
        run.forks(),
        Map.of(TIMED, Map.of(Column.THROUGHPUT_OPS_PER_S, reference)));
  }

  /** The machine is at half speed from the third fork on, in the second run only. */
  @ParameterizedTest
  @CsvSource({"1,true", "0.8,false"})
  void aSlowSpellOfTheMachineCountsForNothing(double factor, boolean passes) {
    double[] reference = {200, 202, 204, 206, 208};
    double[] own = {100, 101.5, 102.1, 102.7, 104.4};
    double[] slowReference = {200, 202, 102, 103, 104};
    double[] slowOwn = {100.2, 101.1, 51.1, 51.3, 52.3};

    Comparison comparison =
        compare(
            relative(own, reference),
            relative(Arrays.stream(slowOwn).map(v -> v * factor).toArray(), slowReference));

    assertThat(comparison.passes()).isEqualTo(passes);
  }

  @Test
  void withoutAReferenceInBothRunsTimesAreTakenAsTheyAre() {
    double[] reference = {200, 202, 204, 206, 208};
    RunFiles base = timed("6.1", 100, 101, 102, 103, 104);
    RunFiles next = relative(new double[] {100, 101, 102, 103, 104}, reference);

    assertThat(finding(compare(base, next), Column.THROUGHPUT_OPS_PER_S).change()).hasValue(0);
  }

  @Test
  void whatASecondMeasurementDoesNotConfirmIsNoRegression() {
    RunFiles base = timed("6.1", 100, 101, 102, 103, 104);
    Comparison slower = compare(base, timed("6.1", 80, 81, 82, 83, 84));

    assertThat(slower.passes()).isFalse();
    assertThat(slower.confirmedBy(slower).passes()).isFalse();
    assertThat(slower.confirmedBy(compare(base, base)).passes()).isTrue();
  }

  /** A fork of the second measurement that dies must not wave a regression through. */
  @Test
  void whatCouldNotBeMeasuredAgainStaysARegression() {
    RunFiles base = timed("6.1", 100, 101, 102, 103, 104);
    Comparison slower = compare(base, timed("6.1", 80, 81, 82, 83, 84));

    Comparison untimed = compare(base, run(cell(TIMED).text(Column.STATUS, "failed").build()));
    Comparison tooFew = compare(base, timed("6.1", 100, 101));

    assertThat(slower.confirmedBy(untimed).passes()).isFalse();
    assertThat(slower.confirmedBy(tooFew).passes()).isFalse();
  }

  @Test
  void junitHasACaseForEachFigure() throws Exception {
    Comparison comparison =
        compare(run(cell(KEY).build()), run(cell(KEY).count(Column.RETAINED_BYTES, 1001).build()));

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(GateJunit.of(comparison))));

    Element suite = document.getDocumentElement();
    assertThat(suite.getAttribute("tests")).isEqualTo("5");
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(5);
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(1);
    Element failure = (Element) document.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).contains("retained_bytes", "1000 → 1001");
  }

  @Test
  void markdownKeepsItsColumnsWhateverTheNames() {
    CellKey odd = new CellKey("native:/a|b.so", "", "<b>", "simulated", 1);
    String text =
        GateMarkdown.of(
            compare(
                run(cell(odd).build()), run(cell(odd).count(Column.RETAINED_BYTES, 2000).build())));

    assertThat(text.lines().filter(line -> line.contains("retained_bytes")))
        .containsExactly(
            "| native:/a\\|b.so | &lt;b> | simulated | retained_bytes | 1000 | 2000 | +100.0 % |  |"
                + " REGRESSED |");
  }

  @TempDir Path folder;

  @Test
  void tolerancesAreRead() throws Exception {
    Path file = Files.writeString(folder.resolve("t.csv"), "column,relative\nminor_faults,0.01\n");

    assertThat(TolerancesCsv.read(file)).isEqualTo(Map.of(Column.MINOR_FAULTS, 0.01));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"latency_p50_ns,0.1", "nonsense,0.1", "minor_faults,2", "minor_faults,1e-2"})
  void wrongTolerancesAreNamed(String line) throws Exception {
    Path file = Files.writeString(folder.resolve("t.csv"), "column,relative\n" + line + "\n");

    assertThatThrownBy(() -> TolerancesCsv.read(file))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("t.csv, line 2")
        .hasMessageContaining("'" + line.split(",")[0] + "'");
  }
}
