package heapstakes.results.page;

import heapstakes.results.Column;
import heapstakes.results.OutputException;
import heapstakes.results.csv.AtomicFile;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.history.HistoryFile;
import heapstakes.results.judge.Standing;
import heapstakes.results.run.CellFiles;
import heapstakes.results.table.Units;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs as a static site: an index, and a page for each workload with versions side by side. */
public final class Gallery {
  /** Name of the page to begin with. */
  public static final String INDEX = "index.html";

  private static final String HISTORY = "history.html";
  private static final String PAGES = "workload";
  private static final int SHOWN_DIGITS = 12;
  private static final int KEPT_POINTS = 40;

  private final Path site;
  private final List<GalleryRun> runs;
  private final Function<String, GalleryTopic> topics;
  private final List<Path> written = new ArrayList<>();

  private Gallery(Path site, List<GalleryRun> runs, Function<String, GalleryTopic> topics) {
    this.site = site;
    this.runs = runs;
    this.topics = topics;
  }

  /**
   * Writes the site.
   *
   * @param runs run directories; may be none where there is a history
   * @param history of figures, which gets a page of its own; empty for none
   * @param site is made if there is none; files of the same names are replaced
   * @param topics what a workload, by its name with parameters, is about
   * @return what was written, the index first
   * @throws heapstakes.results.ResultException when a run cannot be read, or a file not written
   */
  public static List<Path> write(
      List<Path> runs, Optional<Path> history, Path site, Function<String, GalleryTopic> topics) {
    Gallery gallery = new Gallery(site, runs.stream().map(GalleryRun::read).toList(), topics);
    Optional<Html> past = history.map(HistoryFile::read).map(HistoryPage::of);
    SequencedMap<String, List<GallerySection>> pages = new LinkedHashMap<>();
    for (GallerySection section : GallerySection.of(gallery.runs)) {
      pages.computeIfAbsent(section.course().workload(), w -> new ArrayList<>()).add(section);
    }
    try {
      Files.createDirectories(site.resolve(PAGES));
    } catch (IOException e) {
      throw new OutputException(site, e);
    }
    gallery.save(INDEX, "Heapstakes gallery", gallery.index(pages, past.isPresent()));
    past.ifPresent(body -> gallery.save(HISTORY, "History", body));
    pages.forEach((workload, sections) ->
        gallery.save(place(workload), workload, gallery.page(workload, sections)));
    return gallery.written;
  }

  /**
   * Copies of runs that are small enough to be kept with sources: rows, environment, and curves of
   * so few points as a picture of the gallery needs.
   *
   * @param directory gets a run directory for each, of the same name
   * @throws heapstakes.results.ResultException when a run cannot be read, or is there already
   */
  public static void keep(List<Path> runs, Path directory) {
    for (GalleryRun run : runs.stream().map(GalleryRun::read).toList()) {
      Path copy = directory.resolve(run.name());
      try {
        Files.createDirectories(directory);
        Files.createDirectory(copy);
      } catch (FileAlreadyExistsException e) {
        throw new OutputException(
            String.format(
                Locale.ROOT,
                "%s is there already.\n  Remove it first, or keep the run somewhere else.",
                e.getFile()),
            e);
      } catch (IOException e) {
        throw new OutputException(copy, e);
      }
      CellsCsv.write(copy.resolve(CellsCsv.NAME), run.cells());
      run.environment().ifPresent(of -> EnvironmentJson.write(copy.resolve(Environment.NAME), of));
      run.timelines()
          .forEach((key, points) ->
              TimelineCsv.append(copy, key, CurveThinner.thin(points, KEPT_POINTS)));
    }
  }

  private void save(String place, String title, Html body) {
    String page =
        PageTemplate.fill(
            "gallery.html",
            Map.of(
                "style", PageTemplate.systemStyle() + PageTemplate.resource("gallery.css"),
                "title", Html.escape(title),
                "body", body.toString()));
    Path file = site.resolve(place);
    AtomicFile.write(file, writer -> writer.append(page));
    written.add(file);
  }

  private static String place(String workload) {
    return PAGES + "/" + CellFiles.safe(workload) + ".html";
  }

  // ------------------------------------------------------------------------------------ index

  private Html index(SequencedMap<String, List<GallerySection>> pages, boolean hasHistory) {
    Html html = new Html();
    html.element("h1", "Heapstakes gallery");
    html.element(
        "p",
        "What each version of a malloc library takes, keeps and gives back: on questions about"
            + " freed memory and on recorded programs. A table has figures of one build on one"
            + " machine only.");
    if (hasHistory) {
      html.open("p").element("a", "History, commit by commit", "href", HISTORY).close("p");
    }
    Map<GalleryTopic.Kind, SequencedMap<String, List<GallerySection>>> kinds =
        new EnumMap<>(GalleryTopic.Kind.class);
    pages.forEach((workload, sections) ->
        kinds
            .computeIfAbsent(topics.apply(workload).kind(), k -> new LinkedHashMap<>())
            .put(workload, sections));
    kinds.forEach((kind, own) -> {
      html.element("h2", kind.title());
      html.open("div", "class", "cards");
      own.forEach((workload, sections) -> card(html, workload, sections));
      html.close("div");
    });
    html.element("h2", "Runs");
    runs.forEach(run -> run(html, run));
    return html;
  }

  private void card(Html html, String workload, List<GallerySection> sections) {
    GalleryTopic topic = topics.apply(workload);
    html.open("article").open("h3").open("a", "href", place(workload));
    html.text(workload).close("a").close("h3");
    if (!topic.question().isEmpty()) {
      html.element("p", topic.question());
    }
    html.element("p", retained(sections.getFirst()), "class", "faint");
    html.close("article");
  }

  /** Of the first table: who keeps least and most. */
  private static String retained(GallerySection section) {
    List<Standing> all =
        section.results().standings().stream()
            .filter(Standing::competes)
            .filter(of -> of.number(Column.RETAINED_BYTES).isPresent())
            .sorted(
                Comparator.comparingDouble(of -> of.number(Column.RETAINED_BYTES).orElseThrow()))
            .toList();
    String contestants = all.size() + (all.size() == 1 ? " contestant" : " contestants");
    return all.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "%s; retained: %s (%s) to %s (%s)",
            contestants,
            GalleryFigure.RETAINED.text(all.getFirst()),
            all.getFirst().contestant(),
            GalleryFigure.RETAINED.text(all.getLast()),
            all.getLast().contestant());
  }

  private static void run(Html html, GalleryRun run) {
    html.open("section", "class", "run").element("h3", run.toString());
    html.open("dl");
    fact(html, "build", run.origin().build());
    fact(html, "machine", run.origin().machine());
    fact(html, "begun", run.date());
    fact(html, "command", run.command());
    html.close("dl").close("section");
  }

  private static void fact(Html html, String name, String value) {
    if (!value.isEmpty()) {
      html.element("dt", name).element("dd", value);
    }
  }

  // ------------------------------------------------------------------------------------- page

  private Html page(String workload, List<GallerySection> sections) {
    GalleryTopic topic = topics.apply(workload);
    Html html = new Html();
    html.open("nav").element("a", "Gallery", "href", "../" + INDEX).close("nav");
    html.element("h1", workload);
    Stream.of(topic.question(), topic.summary())
        .filter(text -> !text.isEmpty())
        .forEach(text -> html.element("p", text));
    sections.forEach(section -> section(html, section));
    return html;
  }

  private static void section(Html html, GallerySection section) {
    GallerySection.Course course = section.course();
    html.open("section").element("h2", "Build " + course.origin().build());
    html.open("dl");
    fact(html, "machine", course.origin().machine());
    for (GalleryRun run : section.runs()) {
      fact(html, "run", run.date().isEmpty() ? run.name() : run.name() + ", " + run.date());
    }
    fact(html, "trace", trace(section));
    html.close("dl");
    if (section.results().isTooBusy()) {
      html.element(
          "p",
          String.format(
              Locale.ROOT,
              "Nobody is best in speed: rounds disagree by ±%.0f %%, the machine was too busy to"
                  + " tell.",
              100 * section.results().disagreement()));
    }
    GalleryTable.write(section, caption(course), html);
    GalleryCurves.write(section, html);
    html.close("section");
  }

  private static String trace(GallerySection section) {
    GallerySection.Course course = section.course();
    String digest = course.trace();
    String operations =
        section.results().standings().stream()
            .flatMapToDouble(standing -> standing.number(Column.OPS).stream())
            .mapToObj(ops -> Units.count((long) ops) + " operations, ")
            .findFirst()
            .orElse("");
    return operations
        + (course.threads() == 1 ? "1 thread" : course.threads() + " threads")
        + (digest.isEmpty()
            ? ""
            : ", SHA-256 " + digest.substring(0, Math.min(SHOWN_DIGITS, digest.length())) + "…");
  }

  private static String caption(GallerySection.Course course) {
    return course.memory().startsWith("simulated")
        ? "On "
            + course.memory()
            + " memory. Best of its column is marked; +/− is against the"
            + " version above."
        : "On memory of this machine ("
            + course.memory()
            + "). Best of its column is marked; who"
            + " cannot be told apart is marked too.";
  }
}
