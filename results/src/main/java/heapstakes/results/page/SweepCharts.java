package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.ResultException;
import heapstakes.results.WorkloadNames;
import heapstakes.results.judge.Objective;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts of what was varied: a curve over one key, a heat map over two, the front of a fleet. */
final class SweepCharts {
  private static final double MIB = 1 << 20;
  private static final Color[] RANGE = {
    new Color(0xd8efe0), new Color(0xf7e3a1), new Color(0xf0a36a), new Color(0xe06a55)
  };

  private final List<Cell> cells;
  private final SweepKeys keys;
  private final Objective objective;
  private final List<String> over;

  /**
   * Charts of a run's rows.
   *
   * @param objective whose figures are drawn
   * @param over one or two keys; empty for the widest
   * @throws ResultException when there is no such key
   */
  SweepCharts(List<Cell> cells, Objective objective, List<String> over) {
    this.cells = cells;
    this.keys = new SweepKeys(cells);
    this.objective = objective;
    this.over = over.isEmpty() ? keys.widest() : over;
    for (String key : over) {
      if (!keys.keys().containsKey(key)) {
        throw new ResultException(
            String.format(
                Locale.ROOT,
                "nothing was varied that is called %s.\n  Known: %s.",
                key,
                keys.keys().isEmpty() ? "nothing" : String.join(", ", keys.keys().keySet())));
      }
    }
  }

  /** Cells of each workload under the name that it is shown under. */
  SequencedMap<String, List<Cell>> workloads() {
    WorkloadNames names = WorkloadNames.ofCells(cells);
    return cells.stream()
        .collect(
            Collectors.groupingBy(
                cell -> names.of(cell.key()), LinkedHashMap::new, Collectors.toList()));
  }

  /** Keys that are drawn over: none, one or two. */
  List<String> keys() {
    return over;
  }

  private OptionalDouble figure(Cell cell) {
    if (objective.cost(cell).isEmpty()) {
      return OptionalDouble.empty(); // it came to no end
    }
    OptionalDouble number = cell.number(objective.column());
    return number.isPresent()
        ? OptionalDouble.of(number.getAsDouble() / (isBytes() ? MIB : 1))
        : number;
  }

  private boolean isBytes() {
    return objective.column().header().endsWith("_bytes");
  }

  private String axis() {
    return objective.title() + (isBytes() ? ", MiB" : ", " + unit(objective.column()));
  }

  private static String unit(Column column) {
    return column
        .header()
        .replaceFirst(".*_(ns_per_op|ops_per_s|ns|seconds)$", "$1")
        .replace('_', ' ');
  }

  /** The figure over the values of the one key, a line for each that is else the same. */
  CategoryChart curve(String workload, List<Cell> own) {
    String key = over.getFirst();
    List<String> values = keys.keys().getOrDefault(key, List.of());
    CategoryChart chart = new CategoryChart(ChartFiles.WIDTH, ChartFiles.HEIGHT, ChartTheme.Matlab);
    ChartFiles.dress(chart.getStyler());
    chart.setTitle(objective.title() + " over " + key + " on " + workload);
    chart.setXAxisTitle(key);
    chart.setYAxisTitle(axis());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    chart.getStyler().setOverlapped(true); // else series stand beside each other, as bars do
    SequencedMap<String, List<@Nullable Double>> lines = new LinkedHashMap<>();
    for (Cell cell : own) {
      OptionalDouble figure = figure(cell);
      Optional<Integer> at = keys.position(cell, key);
      if (figure.isPresent() && at.isPresent()) {
        lines
            .computeIfAbsent(
                keys.rest(cell, key),
                rest -> new ArrayList<>(Collections.nCopies(values.size(), null)))
            .set(at.get(), figure.getAsDouble());
      }
    }
    Palette palette = new Palette(List.copyOf(lines.keySet()));
    lines.forEach((name, figures) -> {
      CategorySeries series = chart.addSeries(name, values, figures);
      series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(palette.of(name));
      series.setLineColor(palette.of(name));
    });
    return chart;
  }

  /** The least figure of each pair of values, of who has both keys; empty where nobody has. */
  HeatMapChart heatMap(String workload, List<Cell> own) {
    String across = over.getFirst();
    String up = over.getLast();
    HeatMapChart chart = new HeatMapChart(ChartFiles.WIDTH, ChartFiles.HEIGHT, ChartTheme.Matlab);
    ChartFiles.dress(chart.getStyler());
    chart.setTitle(axis() + " on " + workload);
    chart.setXAxisTitle(across);
    chart.setYAxisTitle(up);
    chart.getStyler().setRangeColors(RANGE).setShowValue(true);
    Map<List<Integer>, Double> least = new LinkedHashMap<>();
    for (Cell cell : own) {
      OptionalDouble figure = figure(cell);
      if (keys.position(cell, across).isPresent()
          && keys.position(cell, up).isPresent()
          && figure.isPresent()) {
        List<Integer> place =
            List.of(
                keys.position(cell, across).orElseThrow(), keys.position(cell, up).orElseThrow());
        least.merge(place, figure.getAsDouble(), Math::min);
      }
    }
    if (!least.isEmpty()) {
      List<Number[]> data = new ArrayList<>();
      least.forEach((place, value) ->
          data.add(new Number[] {place.getFirst(), place.getLast(), ChartFiles.round(value)}));
      chart.addSeries(
          objective.title(),
          keys.keys().getOrDefault(across, List.of()),
          keys.keys().getOrDefault(up, List.of()),
          data);
    }
    return chart;
  }

  /** Everybody by two costs over all workloads; a line joins those that nobody beats. */
  static XYChart front(Fleet fleet, Palette palette) {
    XYChart chart = new XYChart(ChartFiles.WIDTH, ChartFiles.HEIGHT, ChartTheme.Matlab);
    ChartFiles.dress(chart.getStyler());
    chart.setTitle("Over all workloads, in multiples of the best of each");
    chart.setXAxisTitle(fleet.across().title() + ", ×");
    chart.setYAxisTitle(fleet.up().title() + ", ×");
    chart.getStyler().setMarkerSize(12);
    boolean wide = fleet.points().stream().mapToDouble(Fleet.Point::across).max().orElse(1) > 20;
    chart.getStyler().setXAxisLogarithmic(wide);
    for (Fleet.Point point : fleet.points()) {
      XYSeries series =
          chart.addSeries(
              point.contestant(), new double[] {point.across()}, new double[] {point.up()});
      series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(palette.of(point.contestant()));
      series.setLineStyle(new BasicStroke(0));
    }
    XYSeries line =
        chart.addSeries(
            "beaten by nobody",
            fleet.front().stream().mapToDouble(Fleet.Point::across).toArray(),
            fleet.front().stream().mapToDouble(Fleet.Point::up).toArray());
    line.setMarker(SeriesMarkers.NONE).setLineColor(Color.GRAY);
    return chart;
  }

  /** {@code jemalloc:narenas} as a part of a file's name. */
  static String fileName(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.@]+", "-");
  }
}
