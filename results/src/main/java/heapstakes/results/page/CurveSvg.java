package heapstakes.results.page;

import heapstakes.results.Column;
import heapstakes.results.table.Units;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** Curves as a picture that is drawn when the page is written: it needs no script. */
final class CurveSvg {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 250;
  private static final int LEFT = 66;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 24;
  private static final int MOST_STEPS = 5;
  private static final int LABEL_WIDTH = 50;

  private final Axis across;
  private final Axis up;
  private final Html svg = new Html();

  /**
   * From 0 to a value.
   *
   * @param most value that it has at least, more than 0
   * @param unit 1024 where round numbers are those of KiB and MiB, else 1000
   * @param leastStep between two numbers
   * @param text of a number
   */
  record Axis(double most, int unit, double leastStep, DoubleFunction<String> text) {
    static Axis bytes(double most) {
      return new Axis(Math.max(4096, most), 1024, 0, Units::bytes);
    }

    static Axis nanos(double most) {
      return new Axis(Math.max(1, most), 1000, 0, Units::nanos);
    }

    /** As the unit at the end of the column's name wants it. */
    static Axis of(Column column, double most) {
      if (column.header().endsWith("_bytes")) {
        return bytes(most);
      }
      return column.header().matches(".*_ns(_per_op)?")
          ? nanos(most)
          : new Axis(Math.max(1e-9, most), 1000, 0, Units::significant);
    }

    /** 1, 2 or 5 times a power of ten, of its unit. */
    private double step() {
      double scale = Math.pow(unit, Math.floor(Math.log(most / 2) / Math.log(unit)));
      double least = most / scale / MOST_STEPS;
      double power = Math.pow(10, Math.floor(Math.log10(least)));
      double digit = least / power;
      double step = scale * power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
      return Math.max(step, leastStep);
    }

    String told(double value) {
      return value == 0 && leastStep == 0
          ? "0"
          : text.apply(value).replaceFirst("\\.0+(?= |$)", "");
    }
  }

  /**
   * A place on a curve.
   *
   * @param title that a dot there has; without one there is no dot
   */
  record Point(double x, double y, String title) {}

  /** A place on the axis across, with a name. */
  record Mark(double x, String name) {}

  /** A curve in its colour. */
  record Curve(String name, String colour, List<Point> points) {}

  private CurveSvg(Axis across, Axis up) {
    this.across = across;
    this.up = up;
  }

  /**
   * The picture.
   *
   * @param label what it shows, for those who do not see it
   */
  static String of(String label, Axis across, Axis up, List<Curve> curves, List<Mark> marks) {
    return new CurveSvg(across, up).draw(label, curves, marks);
  }

  private String draw(String label, List<Curve> curves, List<Mark> marks) {
    String box = String.format(Locale.ROOT, "0 0 %d %d", WIDTH, HEIGHT);
    svg.open("svg", "viewBox", box, "role", "img", "aria-label", label);
    for (double value = 0; value <= up.most * 1.001; value += up.step()) {
      line("grid", LEFT, y(value), WIDTH - RIGHT, y(value)).close("line");
      text(up.told(value), LEFT - 6, y(value) + 4, "end");
    }
    for (double value = 0; value <= across.most * 1.001; value += across.step()) {
      String anchor = value == 0 ? "start" : x(value) > WIDTH - LABEL_WIDTH ? "end" : "middle";
      text(across.told(value), x(value), HEIGHT - 6, anchor);
    }
    for (Mark mark : marks) {
      line("mark", x(mark.x), TOP, x(mark.x), y(0)).element("title", mark.name).close("line");
    }
    curves.forEach(this::curve);
    return svg.close("svg").toString();
  }

  private Html line(String kind, double x1, double y1, double x2, double y2) {
    return svg.open(
        "line",
        "class",
        kind,
        "x1",
        number(x1),
        "y1",
        number(y1),
        "x2",
        number(x2),
        "y2",
        number(y2));
  }

  private void text(String text, double x, double y, String anchor) {
    svg.element("text", text, "x", number(x), "y", number(y), "text-anchor", anchor);
  }

  private void curve(Curve curve) {
    String points =
        curve.points.stream()
            .map(point -> number(x(point.x)) + "," + number(y(point.y)))
            .collect(Collectors.joining(" "));
    svg.open("polyline", "points", points, "stroke", curve.colour);
    svg.element("title", curve.name).close("polyline");
    for (Point point : curve.points) {
      if (!point.title.isEmpty()) {
        svg.open(
            "circle",
            "cx",
            number(x(point.x)),
            "cy",
            number(y(point.y)),
            "r",
            "3",
            "fill",
            curve.colour);
        svg.element("title", point.title).close("circle");
      }
    }
  }

  private double x(double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * value / across.most;
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / up.most;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
  }
}
