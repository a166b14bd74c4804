package heapstakes.cli;

import heapstakes.results.page.Pictures;
import heapstakes.results.table.Units;
import heapstakes.trace.io.UnfinishedFile;
import heapstakes.trace.profile.LiveCurve;
import heapstakes.trace.profile.TraceProfile;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A trace's live curve and its sizes as a picture; needs no display. */
final class ProfileChart {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 420;
  private static final Color BYTES = new Color(0x2f6fb2);
  private static final Color BLOCKS = new Color(0xd9822b);

  private ProfileChart() {}

  /** Writes a PNG file, which appears when it is complete. */
  static void write(String name, TraceProfile profile, Path file) {
    Pictures.prepare();
    UnfinishedFile unfinished = new UnfinishedFile(file);
    try (unfinished) {
      try (OutputStream out = Files.newOutputStream(unfinished.path())) {
        BitmapEncoder.saveBitmap(
            List.of(curve(name, profile), sizes(profile)),
            2,
            1,
            out,
            BitmapEncoder.BitmapFormat.PNG);
      }
      unfinished.publish();
    } catch (IOException e) {
      throw unfinished.failed(e);
    }
  }

  private static XYChart curve(String name, TraceProfile profile) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(
                String.format(
                    Locale.ROOT,
                    "%s: live memory, %s at the peak",
                    name,
                    Units.bytes(profile.peakBytes())))
            .xAxisTitle("operations")
            .build();
    plain(chart.getStyler());
    chart.setYAxisGroupTitle(0, "bytes");
    chart.setYAxisGroupTitle(1, "blocks");
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Step);
    chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
    chart.getStyler().setYAxisMin(0.0).setXAxisDecimalPattern("#,##0");
    LiveCurve curve = profile.curve();
    List<Double> operations = values(curve, point -> point * curve.step());
    line(chart.addSeries("bytes (left)", operations, values(curve, curve::bytes)), BYTES);
    XYSeries blocks = chart.addSeries("blocks (right)", operations, values(curve, curve::blocks));
    blocks.setYAxisGroup(1);
    line(blocks, BLOCKS);
    chart.getStyler().setYAxisTickLabelsFormattingFunction(ProfileChart::grouped);
    return chart;
  }

  private static void line(XYSeries series, Color color) {
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineWidth(1.5f);
  }

  private static CategoryChart sizes(TraceProfile profile) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("sizes")
            .xAxisTitle("size: from this, below the next power of two")
            .yAxisTitle("requests")
            .build();
    plain(chart.getStyler());
    chart.getStyler().setYAxisTickLabelsFormattingFunction(ProfileChart::grouped);
    chart.getStyler().setXAxisLabelRotation(45);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.getStyler().setOverlapped(true);
    List<Long> requests = profile.requestsByMagnitude();
    // Sizes that nobody asks for, between others, are shown as such.
    int[] shown = IntStream.rangeClosed(first(requests), last(requests)).toArray();
    List<String> labels = Arrays.stream(shown).mapToObj(ProfileChart::label).toList();
    chart
        .addSeries("requests", labels, Arrays.stream(shown).mapToObj(requests::get).toList())
        .setFillColor(BYTES);
    chart
        .addSeries(
            "never freed",
            labels,
            Arrays.stream(shown).mapToObj(profile.leakedByMagnitude()::get).toList())
        .setFillColor(BLOCKS);
    return chart;
  }

  private static List<Double> values(LiveCurve curve, IntToLongFunction value) {
    return IntStream.range(0, curve.points())
        .mapToObj(point -> (double) value.applyAsLong(point))
        .toList();
  }

  private static int first(List<Long> counts) {
    return IntStream.range(0, counts.size()).filter(i -> counts.get(i) > 0).findFirst().orElse(0);
  }

  private static int last(List<Long> counts) {
    return IntStream.range(0, counts.size()).filter(i -> counts.get(i) > 0).max().orElse(0);
  }

  private static String label(int magnitude) {
    return magnitude == 0 ? "0" : size(1L << (magnitude - 1));
  }

  private static String size(long bytes) {
    int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / 10;
    return (bytes >> 10 * unit) + " " + List.of("B", "KiB", "MiB", "GiB", "TiB").get(unit);
  }

  private static String grouped(double value) {
    return Units.count((long) value);
  }

  private static void plain(Styler styler) {
    styler.setLocale(Locale.ROOT).setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    styler.setLegendPosition(Styler.LegendPosition.InsideNW);
  }
}
