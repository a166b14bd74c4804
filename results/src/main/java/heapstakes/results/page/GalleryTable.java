package heapstakes.results.page;

import heapstakes.results.Column;
import heapstakes.results.Status;
import heapstakes.results.judge.Standing;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The contestants of a section, the versions of a library one below the other. */
final class GalleryTable {
  private final GallerySection section;
  private final List<GalleryFigure> figures;
  private final Map<GalleryFigure, List<Standing>> best = new EnumMap<>(GalleryFigure.class);
  private final Map<GalleryFigure, Double> most = new EnumMap<>(GalleryFigure.class);
  private final Html html;

  private GalleryTable(GallerySection section, Html html) {
    this.section = section;
    this.html = html;
    List<Standing> all = section.results().standings();
    this.figures =
        Arrays.stream(GalleryFigure.values())
            .filter(figure -> all.stream().anyMatch(of -> !figure.text(of).isEmpty()))
            .toList();
    for (GalleryFigure figure : figures) {
      best.put(
          figure,
          Stream.of(false, true)
              .flatMap(real -> figure.best(section.results(), real).stream())
              .toList());
      most.put(
          figure,
          all.stream()
              .filter(Standing::competes) // a bound has no place on the scale of what it bounds
              .mapToDouble(of -> figure.value(of).orElse(0))
              .max()
              .orElse(0));
    }
  }

  /** Adds the table of {@code section}. */
  static void write(GallerySection section, String caption, Html html) {
    new GalleryTable(section, html).write(caption);
  }

  private void write(String caption) {
    html.element("p", caption, "class", "faint");
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    html.open("table", "class", "versions");
    html.open("thead").open("tr").element("th", "contestant", "scope", "col");
    figures.forEach(of -> html.element("th", of.title(), "scope", "col", "title", of.about()));
    html.close("tr").close("thead");
    section
        .families()
        .values()
        .forEach(family -> {
          html.open("tbody");
          family.forEach(standing -> row(family, standing));
          html.close("tbody");
        });
    html.close("table").close("div");
  }

  private void row(List<Standing> family, Standing standing) {
    html.open("tr").open("th", "scope", "row", "class", standing.isNative() ? "" : "model");
    html.text(standing.contestant());
    String status = standing.text(Column.STATUS);
    boolean ended = status.isEmpty() || status.equals(Status.OK.word());
    String said = ended ? standing.likeness() : status.replace('_', ' ');
    html.element("small", standing.competes() ? said : said + ", not ranked");
    html.close("th");
    Standing before = GallerySection.before(family, standing);
    figures.forEach(figure -> cell(figure, standing, before));
    html.close("tr");
  }

  private void cell(GalleryFigure figure, Standing standing, @Nullable Standing before) {
    double share = figure.value(standing).orElse(0) / Math.max(Double.MIN_NORMAL, of(most, figure));
    html.open(
        "td",
        "class",
        of(best, figure).contains(standing) ? "best" : "",
        "style",
        share > 0 ? String.format(Locale.ROOT, "--share:%.1f%%", 100 * Math.min(1, share)) : "");
    html.text(figure.text(standing));
    String interval = figure.interval(standing);
    String change = before == null ? "" : figure.change(before, standing);
    if (!interval.isEmpty()) {
      html.element("small", interval);
    } else if (!change.isEmpty()) {
      html.element("small", change, "class", change.startsWith("+") ? "more" : "less");
    }
    html.close("td");
  }

  private static <T> T of(Map<GalleryFigure, T> all, GalleryFigure figure) {
    return Objects.requireNonNull(all.get(figure));
  }
}
