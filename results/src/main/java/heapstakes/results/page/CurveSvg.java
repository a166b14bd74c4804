package heapstakes.results.page;

import heapstakes.results.TimelinePoint;
import heapstakes.results.table.Units;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** Resident memory over virtual time, drawn when the page is written: it needs no script. */
final class CurveSvg {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 250;
  private static final int LEFT = 62;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 24;
  private static final int MOST_STEPS = 5;

  private final double spanX;
  private final double spanY;
  private final Html svg = new Html();

  /** A curve in its colour. */
  record Curve(String name, String colour, List<TimelinePoint> points) {}

  private CurveSvg(double spanX, double spanY) {
    this.spanX = Math.max(1, spanX);
    this.spanY = Math.max(4096, spanY);
  }

  /**
   * The picture.
   *
   * @param label what it shows, for those who do not see it
   * @param curves at least one; points where resident memory was not measured are left out
   * @param spanX virtual time that the axis has at least, in ns
   * @param spanY bytes that the axis has at least
   */
  static String of(String label, List<Curve> curves, double spanX, double spanY) {
    return new CurveSvg(spanX, spanY).draw(label, curves);
  }

  private String draw(String label, List<Curve> curves) {
    svg.open(
        "svg",
        "viewBox",
        String.format(Locale.ROOT, "0 0 %d %d", WIDTH, HEIGHT),
        "role",
        "img",
        "aria-label",
        label);
    for (double value = 0; value <= spanY * 1.001; value += binaryStep(spanY)) {
      gridLine(y(value), Units::bytes, value);
    }
    for (double value = 0; value <= spanX * 1.001; value += step(spanX)) {
      svg.element(
          "text",
          value == 0 ? "0" : Units.nanos(value).replaceFirst("\\.0+ ", " "),
          "x",
          number(x(value)),
          "y",
          number(HEIGHT - 6),
          "text-anchor",
          value == 0 ? "start" : x(value) > WIDTH - 50 ? "end" : "middle");
    }
    marks(curves.getFirst());
    curves.forEach(this::curve);
    return svg.close("svg").toString();
  }

  private void gridLine(double y, DoubleFunction<String> unit, double value) {
    svg.open(
        "line",
        "class",
        "grid",
        "x1",
        number(LEFT),
        "x2",
        number(WIDTH - RIGHT),
        "y1",
        number(y),
        "y2",
        number(y));
    svg.close("line");
    svg.element(
        "text",
        value == 0 ? "0" : unit.apply(value).replaceFirst("\\.0+ ", " "),
        "x",
        number(LEFT - 6),
        "y",
        number(y + 4),
        "text-anchor",
        "end");
  }

  private void marks(Curve curve) {
    for (TimelinePoint point : curve.points()) {
      if (!point.phase().isEmpty()) {
        String x = number(x(point.nanos()));
        svg.open("line", "class", "mark", "x1", x, "x2", x, "y1", number(TOP), "y2", number(y(0)));
        svg.element("title", point.phase()).close("line");
      }
    }
  }

  private void curve(Curve curve) {
    String points =
        curve.points().stream()
            .filter(point -> point.use().residentBytes().isPresent())
            .map(point ->
                number(x(point.nanos()))
                    + ","
                    + number(y(point.use().residentBytes().orElseThrow())))
            .collect(Collectors.joining(" "));
    svg.open("polyline", "points", points, "stroke", curve.colour());
    svg.element("title", curve.name()).close("polyline");
  }

  private double x(double nanos) {
    return LEFT + (WIDTH - LEFT - RIGHT) * nanos / spanX;
  }

  private double y(double bytes) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * bytes / spanY;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
  }

  /** A round number of the unit in which {@code span} is told. */
  private static double binaryStep(double span) {
    double unit = Math.pow(1024, Math.floor(Math.log(span / 2) / Math.log(1024)));
    return unit * step(span / unit);
  }

  /** 1, 2 or 5 times a power of ten, at most {@link #MOST_STEPS} of which are in {@code span}. */
  private static double step(double span) {
    double least = span / MOST_STEPS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double digit = least / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }
}
