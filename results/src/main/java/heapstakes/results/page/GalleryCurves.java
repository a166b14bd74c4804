package heapstakes.results.page;

import heapstakes.results.TimelinePoint;
import heapstakes.results.judge.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;

/** Memory over time of a section: a picture for each library, versions that do the same as one. */
final class GalleryCurves {
  private static final int CURVE_POINTS = 240;

  private final GallerySection section;
  private final Html html;

  private GalleryCurves(GallerySection section, Html html) {
    this.section = section;
    this.html = html;
  }

  /** Adds the pictures; nothing where the runs have no curves. */
  static void write(GallerySection section, Html html) {
    if (section.timelines().values().stream().anyMatch(GalleryCurves::isMeasured)) {
      new GalleryCurves(section, html).write();
    }
  }

  private static boolean isMeasured(List<TimelinePoint> points) {
    return points.stream().anyMatch(point -> point.use().residentBytes().isPresent());
  }

  private void write() {
    html.element("h3", "Resident memory over virtual time");
    html.element("p", "All pictures have the same axes; versions that do the same share a curve.");
    html.open("div", "class", "charts");
    section.families().forEach(this::family);
    html.close("div");
  }

  private void family(String name, List<Standing> family) {
    List<CurveSvg.Curve> curves = curves(family);
    if (curves.isEmpty()) {
      return;
    }
    html.open("figure").element("figcaption", name);
    html.raw(
        CurveSvg.of(
            "resident memory of " + name + " on " + section.course().workload(),
            CurveSvg.Axis.nanos(most(point -> point.nanos())),
            CurveSvg.Axis.bytes(most(point -> point.use().residentBytes().orElse(0))),
            curves,
            marks(family)));
    legend(curves, html);
    html.close("figure");
  }

  /** Adds what colour whose curve has. */
  static void legend(List<CurveSvg.Curve> curves, Html html) {
    html.open("ul", "class", "legend");
    for (CurveSvg.Curve curve : curves) {
      html.open("li").open("i", "style", "background:" + curve.colour()).close("i");
      html.text(curve.name()).close("li");
    }
    html.close("ul");
  }

  private List<CurveSvg.Mark> marks(List<Standing> family) {
    return family.stream()
        .flatMap(standing -> points(standing).stream())
        .findFirst()
        .map(points ->
            points.stream()
                .filter(point -> !point.phase().isEmpty())
                .map(point -> new CurveSvg.Mark(point.nanos(), point.phase()))
                .toList())
        .orElse(List.of());
  }

  private Optional<List<TimelinePoint>> points(Standing standing) {
    return Optional.ofNullable(section.timelines().get(standing.cells().getFirst().key()))
        .filter(GalleryCurves::isMeasured);
  }

  private double most(ToLongFunction<TimelinePoint> of) {
    return section.timelines().values().stream()
        .flatMap(List::stream)
        .mapToLong(of)
        .max()
        .orElse(0);
  }

  private List<CurveSvg.Curve> curves(List<Standing> family) {
    SequencedMap<List<Long>, List<String>> names = new LinkedHashMap<>();
    SequencedMap<List<Long>, List<TimelinePoint>> points = new LinkedHashMap<>();
    for (Standing standing : family) {
      points(standing)
          .ifPresent(all -> {
            List<Long> shape =
                all.stream()
                    .flatMap(p -> List.of(p.nanos(), p.use().residentBytes().orElse(-1)).stream())
                    .toList();
            names.computeIfAbsent(shape, s -> new ArrayList<>()).add(standing.contestant());
            points.putIfAbsent(shape, CurveThinner.thin(all, CURVE_POINTS));
          });
    }
    List<CurveSvg.Curve> curves = new ArrayList<>();
    points.forEach((shape, all) -> {
      String colour = Palette.COLOURS.get(curves.size() % Palette.COLOURS.size());
      curves.add(
          new CurveSvg.Curve(
              String.join(", ", names.getOrDefault(shape, List.of())), colour, drawn(all)));
    });
    return curves;
  }

  private static List<CurveSvg.Point> drawn(List<TimelinePoint> points) {
    return points.stream()
        .filter(point -> point.use().residentBytes().isPresent())
        .map(point ->
            new CurveSvg.Point(point.nanos(), point.use().residentBytes().orElseThrow(), ""))
        .toList();
  }
}
