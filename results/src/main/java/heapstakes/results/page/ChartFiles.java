package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.OutputException;
import heapstakes.results.TimelinePoint;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.run.CellFiles;
import heapstakes.results.table.Units;
import java.awt.BasicStroke;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Charts of a run as PNG, for chats and papers: for each workload resident memory over virtual
 * time, throughput, and throughput against retained memory; of what was varied a curve over one key
 * or a heat map over two, and who is beaten by nobody over all workloads.
 */
public final class ChartFiles {
  static final int WIDTH = 1100;
  static final int HEIGHT = 560;
  private static final int CURVE_POINTS = 400;
  private static final double MEGA = 1e6;
  private static final double MIB = 1 << 20;

  private final Path directory;
  private final Palette palette;
  private final Map<CellKey, List<TimelinePoint>> timelines;
  private final List<Path> written = new ArrayList<>();

  private ChartFiles(Path directory, Palette palette, Map<CellKey, List<TimelinePoint>> timelines) {
    this.directory = directory;
    this.palette = palette;
    this.timelines = timelines;
  }

  /**
   * Writes the charts for which the run has figures.
   *
   * @param run directory of a run
   * @param over keys to draw curves or heat maps over; empty for the two with the most values
   * @param objective whose figures those show
   * @param directory is made if there is none; files of the same names are replaced
   * @return what was written
   * @throws ResultException when the run cannot be read, a file not written, or fonts are missing
   */
  public static List<Path> write(Path run, List<String> over, Objective objective, Path directory) {
    Pictures.prepare();
    List<Cell> cells = CellsCsv.ofRun(run);
    List<String> contestants = cells.stream().map(c -> c.key().contestant()).distinct().toList();
    SweepCharts sweep = new SweepCharts(cells, objective, over);
    ChartFiles files = new ChartFiles(directory, new Palette(contestants), TimelineCsv.points(run));
    try {
      Files.createDirectories(directory);
      for (WorkloadResults results : WorkloadResults.of(cells, key -> List.of())) {
        files.write(results);
      }
      files.write(sweep);
      for (Fleet fleet : Fleet.of(cells)) {
        files.save(
            "front-" + SweepCharts.fileName(fleet.across().word() + "-" + fleet.up().word()),
            SweepCharts.front(fleet, files.palette));
      }
    } catch (IOException e) {
      throw new OutputException(directory, e);
    }
    return files.written;
  }

  private void write(WorkloadResults results) throws IOException {
    save(memory(results), "memory", results);
    save(throughput(results), "throughput", results);
    save(tradeOff(results), "trade-off", results);
  }

  private void write(SweepCharts sweep) throws IOException {
    for (Map.Entry<String, List<Cell>> workload : sweep.workloads().entrySet()) {
      String name = SweepCharts.fileName(String.join("-", sweep.keys()));
      String file = "over-" + name + "@" + CellFiles.safe(workload.getKey());
      if (sweep.keys().size() == 1) {
        CategoryChart chart = sweep.curve(workload.getKey(), workload.getValue());
        if (!chart.getSeriesCollection().isEmpty()) {
          save(file, out -> ChartEncoder.saveChart(chart, out, "png"));
        }
      } else if (sweep.keys().size() == 2) {
        HeatMapChart chart = sweep.heatMap(workload.getKey(), workload.getValue());
        if (chart.getHeatMapSeries() != null) {
          save(file, out -> ChartEncoder.saveChart(chart, out, "png"));
        }
      }
    }
  }

  private void save(String file, XYChart chart) throws IOException {
    if (!chart.getSeriesCollection().isEmpty()) {
      save(file, out -> ChartEncoder.saveChart(chart, out, "png"));
    }
  }

  private void save(XYChart chart, String what, WorkloadResults results) throws IOException {
    if (!chart.getSeriesCollection().isEmpty()) {
      save(what, results, out -> ChartEncoder.saveChart(chart, out, "png"));
    }
  }

  private void save(CategoryChart chart, String what, WorkloadResults results) throws IOException {
    if (!chart.getSeriesCollection().isEmpty()) {
      save(what, results, out -> ChartEncoder.saveChart(chart, out, "png"));
    }
  }

  private void save(String what, WorkloadResults results, Picture picture) throws IOException {
    String workload =
        CellFiles.name(new CellKey(what, "", results.workload(), "", results.threads()));
    save(workload, picture);
  }

  private void save(String name, Picture picture) throws IOException {
    Path file = directory.resolve(name + ".png");
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    picture.write(encoded);
    AtomicFile.writeBytes(file, encoded::writeTo);
    written.add(file);
  }

  /** An encoded chart. */
  private interface Picture {
    void write(OutputStream out) throws IOException;
  }

  private XYChart memory(WorkloadResults results) {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.Matlab);
    chart.setTitle("Resident memory on " + results.workload());
    dress(chart.getStyler());
    chart.getStyler().setXAxisTickLabelsFormattingFunction(Units::nanos);
    chart.getStyler().setYAxisMin(0.0);
    chart.setYAxisTitle("MiB");
    chart.setXAxisTitle("virtual time");
    for (Standing standing : results.standings()) {
      timeline(standing)
          .ifPresent(points -> {
            XYSeries series =
                chart.addSeries(
                    standing.contestant(),
                    points.stream().mapToDouble(TimelinePoint::nanos).toArray(),
                    points.stream()
                        .mapToDouble(p -> p.use().residentBytes().orElseThrow() / MIB)
                        .toArray());
            series.setMarker(SeriesMarkers.NONE);
            series.setLineColor(palette.of(standing.contestant()));
            series.setLineStyle(line(standing));
          });
    }
    return chart;
  }

  private Optional<List<TimelinePoint>> timeline(Standing standing) {
    return standing.cells().stream()
        .map(cell -> timelines.getOrDefault(cell.key(), List.of()))
        .filter(points -> points.stream().anyMatch(p -> p.use().residentBytes().isPresent()))
        .map(points ->
            CurveThinner.thin(points, CURVE_POINTS).stream()
                .filter(p -> p.use().residentBytes().isPresent())
                .toList())
        .findFirst();
  }

  /** Real libraries lie on their twins: dashes let both be seen. */
  private static BasicStroke line(Standing standing) {
    float[] dashes = standing.isNative() ? new float[] {8, 6} : null;
    return new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0);
  }

  private CategoryChart throughput(WorkloadResults results) {
    CategoryChart chart = new CategoryChart(WIDTH, HEIGHT, ChartTheme.Matlab);
    CategoryStyler styler = chart.getStyler();
    chart.setTitle("Throughput on " + results.workload());
    dress(styler);
    chart.setYAxisTitle("million operations a second, by the wall clock");
    styler.setOverlapped(true); // each contestant is a series of its own, for its colour
    styler.setAvailableSpaceFill(0.6);
    styler.setLabelsVisible(true);
    styler.setYAxisMin(0.0);
    styler.setXAxisTicksVisible(false); // the legend has the names, which are long
    List<Standing> timed =
        results.standings().stream()
            .filter(s -> s.number(Column.THROUGHPUT_OPS_PER_S).isPresent())
            .toList();
    List<String> names = timed.stream().map(Standing::contestant).toList();
    for (Standing standing : timed) {
      chart
          .addSeries(
              standing.contestant(),
              names,
              onlyOf(standing, timed, Column.THROUGHPUT_OPS_PER_S),
              onlyOf(standing, timed, Column.THROUGHPUT_ERROR_OPS_PER_S))
          .setFillColor(palette.of(standing.contestant()));
    }
    return chart;
  }

  /** The figure in its own place among {@code all}, and nothing in theirs. */
  private static List<@Nullable Double> onlyOf(Standing standing, List<Standing> all, Column of) {
    List<@Nullable Double> values = new ArrayList<>(Collections.nCopies(all.size(), null));
    standing.number(of).ifPresent(value -> values.set(all.indexOf(standing), round(value / MEGA)));
    return values;
  }

  /** Three digits, as labels show it. */
  static double round(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.3g", value));
  }

  private XYChart tradeOff(WorkloadResults results) {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.Matlab);
    chart.setTitle("Throughput against retained memory on " + results.workload());
    dress(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisMin(0.0).setMarkerSize(13);
    chart.setXAxisTitle("retained when the work is done, MiB");
    chart.setYAxisTitle("M ops/s");
    for (Standing standing : results.standings()) {
      double retained = standing.number(Column.RETAINED_BYTES).orElse(Double.NaN);
      double throughput = standing.number(Column.THROUGHPUT_OPS_PER_S).orElse(Double.NaN);
      if (!Double.isNaN(retained) && !Double.isNaN(throughput)) {
        XYSeries series =
            chart.addSeries(
                standing.contestant(),
                new double[] {retained / MIB},
                new double[] {throughput / MEGA});
        series.setMarker(standing.isNative() ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
        series.setMarkerColor(palette.of(standing.contestant()));
      }
    }
    return chart;
  }

  static void dress(AxesChartStyler styler) {
    styler.setChartBackgroundColor(java.awt.Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setLegendBorderColor(java.awt.Color.WHITE);
    styler.setLocale(Locale.ROOT);
  }
}
