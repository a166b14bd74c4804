package heapstakes.results.page;

import heapstakes.results.Cell;
import heapstakes.results.CellKey;
import heapstakes.results.Column;
import heapstakes.results.TimelinePoint;
import heapstakes.results.WorkloadNames;
import heapstakes.results.csv.CellsCsv;
import heapstakes.results.csv.TimelineCsv;
import heapstakes.results.environment.Environment;
import heapstakes.results.environment.EnvironmentJson;
import heapstakes.results.judge.Objective;
import heapstakes.results.judge.ParetoSet;
import heapstakes.results.judge.Recommendation;
import heapstakes.results.judge.Standing;
import heapstakes.results.judge.TimedFigure;
import heapstakes.results.judge.WorkloadResults;
import heapstakes.results.run.CellFiles;
import heapstakes.results.table.Units;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** What the page shows, as its script reads it: figures as they stand in the run's files. */
final class PageData {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Points of a curve: a chart is hardly wider. */
  private static final int CURVE_POINTS = 400;

  private final Path run;
  private final Optional<Environment> environment;
  private final Map<CellKey, List<TimelinePoint>> timelines;
  private final ObjectNode root = MAPPER.createObjectNode();

  private PageData(Path run) {
    this.run = run;
    Path file = run.resolve(Environment.NAME);
    this.environment =
        Files.exists(file) ? Optional.of(EnvironmentJson.read(file)) : Optional.empty();
    this.timelines = TimelineCsv.points(run);
  }

  /**
   * JSON that may stand in a script element.
   *
   * @throws heapstakes.results.ResultException when {@code run} is no run directory, or damaged
   */
  static String of(Path run) {
    PageData data = new PageData(run);
    List<Cell> cells = CellsCsv.ofRun(run);
    data.root.put("run", String.valueOf(run.toAbsolutePath().normalize().getFileName()));
    data.environment.ifPresent(data::describe);
    Palette.COLOURS.forEach(data.root.putArray("colours")::add);
    data.columns(Column.of(cells));
    data.rows(Column.of(cells), cells);
    data.advice(cells);
    SweepData.add(data.root, cells);
    ArrayNode workloads = data.root.putArray("workloads");
    WorkloadResults.of(cells, key -> List.of())
        .forEach(results -> data.workload(workloads.addObject(), results));
    // "</script>" and "<!--" in a name would end the element or change how it is read.
    return MAPPER.writeValueAsString(data.root).replace("<", "\\u003c");
  }

  private void describe(Environment of) {
    root.put(
        "command", String.join(" ", of.commandLine().stream().map(ShellWord::quoted).toList()));
    root.put("started", of.started());
    of.cautions(workload -> true).forEach(root.putArray("cautions")::add);
    ArrayNode lines = root.putArray("environment");
    line(lines, "heapstakes", of.heapstakesVersion());
    line(lines, "processor", of.host().cpu());
    line(lines, "cores", Integer.toString(of.host().cores()));
    line(lines, "memory", Units.bytes(of.host().memoryBytes()));
    line(lines, "kernel", of.host().kernel());
    line(lines, "system", of.host().distribution());
    line(lines, "overcommit", of.host().overcommit());
    line(lines, "transparent huge pages", of.host().transparentHugePages());
    line(lines, "frequency governor", of.host().governor());
    line(lines, "load when it began", Units.digits(of.host().loadAverage(), 2));
    line(lines, "Java", of.jvm().version() + " " + of.jvm().vendor());
    line(lines, "JMH", of.jmhVersion());
    line(lines, "reading the clock", Units.nanos(of.clockCostNanos()));
    line(lines, "profile", of.plan().profile());
    of.libraries()
        .forEach(library ->
            line(
                lines,
                library.contestant(),
                String.format(Locale.ROOT, "%s, SHA-256 %s", library.version(), library.sha256())));
    of.workloads()
        .forEach(workload ->
            line(
                lines,
                workload.workload(),
                String.format(
                    Locale.ROOT, "%s, SHA-256 %s", workload.spec(), workload.traceSha256())));
  }

  private static void line(ArrayNode lines, String name, String value) {
    if (!value.isBlank()) {
      lines.addArray().add(name).add(value);
    }
  }

  private void columns(List<Column> all) {
    ArrayNode columns = root.putArray("columns");
    for (Column column : all) {
      columns
          .addObject()
          .put("name", column.header())
          .put("about", column.description())
          .put("number", column.type() != Column.Type.TEXT)
          .put(
              "better",
              column.better() == Column.Better.HIGHER
                  ? 1
                  : column.better() == Column.Better.LOWER ? -1 : 0);
    }
  }

  /**
   * Every row of {@code cells.csv}: an array in the order of the columns, null where empty, the
   * workload as it is shown.
   */
  private void rows(List<Column> columns, List<Cell> cells) {
    WorkloadNames names = WorkloadNames.ofCells(cells);
    ArrayNode rows = root.putArray("cells");
    for (Cell cell : cells) {
      ArrayNode row = rows.addArray();
      for (Column column : columns) {
        String text = cell.text(column);
        if (text.isEmpty()) {
          row.addNull();
        } else if (column.type() == Column.Type.TEXT) {
          row.add(column == Column.WORKLOAD ? names.of(cell.key()) : text);
        } else {
          row.add(cell.number(column).orElseThrow());
        }
      }
    }
  }

  private void advice(List<Cell> cells) {
    ArrayNode all = root.putArray("advice");
    for (Recommendation advice : Recommendation.of(cells)) {
      ObjectNode node = all.addObject();
      node.put("field", advice.field().title());
      node.put("speed", advice.speed().title());
      advice.unbeaten().forEach(node.putArray("unbeaten")::add);
      ArrayNode picks = node.putArray("picks");
      for (Recommendation.Pick pick : advice.picks()) {
        ObjectNode entry = picks.addObject();
        entry.put("objective", pick.objective().title());
        entry.put("contestant", pick.contestant());
        entry.put("next", pick.next());
        entry.set("lead", finite(pick.lead()));
        entry.put("level", pick.isLevel());
        pick.sure().ifPresent(ratio -> entry.put("sure", ratio));
        ArrayNode price = entry.putArray("price");
        pick.price()
            .forEach((objective, ratio) ->
                price
                    .addArray()
                    .add(objective.title())
                    .add(finite(ratio.least()))
                    .add(finite(ratio.most())));
      }
    }
  }

  /** JSON has no infinity: null says that it never gets there. */
  private static JsonNode finite(double ratio) {
    return Double.isFinite(ratio) ? DoubleNode.valueOf(ratio) : NullNode.getInstance();
  }

  private void workload(ObjectNode node, WorkloadResults results) {
    node.put("name", results.workload());
    node.put("threads", results.threads());
    if (results.isTooBusy()) {
      node.put("busy", results.disagreement());
    }
    ArrayNode contestants = node.putArray("contestants");
    results.standings().forEach(standing -> contestant(contestants.addObject(), standing));
    unbeaten(results).forEach(node.putArray("unbeaten")::add);
  }

  /**
   * Whom nobody beats in both throughput and retained memory, the leanest first; nobody where the
   * machine was too busy to tell.
   */
  private static List<String> unbeaten(WorkloadResults results) {
    List<Standing> measured =
        results.standings().stream()
            .filter(Standing::competes)
            .filter(of -> !results.isTooBusy())
            .filter(of -> Objective.RETAINED.cost(of).isPresent())
            .filter(of -> Objective.THROUGHPUT.cost(of).isPresent())
            .toList();
    return ParetoSet.of(
            measured,
            of -> Objective.RETAINED.cost(of).orElseThrow(),
            of -> Objective.THROUGHPUT.cost(of).orElseThrow())
        .stream()
        .map(Standing::contestant)
        .toList();
  }

  private void contestant(ObjectNode node, Standing standing) {
    node.put("name", standing.contestant());
    node.put("kind", standing.text(Column.KIND));
    node.put("badge", standing.likeness());
    node.put("status", standing.text(Column.STATUS));
    environment
        .map(of -> of.deployableForm(standing.contestant()))
        .ifPresent(form -> node.put("deploy", form));
    ObjectNode values = node.putObject("values");
    ObjectNode spreads = node.putObject("spreads");
    for (Column column : Column.of(standing.cells())) {
      if (column.type() != Column.Type.TEXT) {
        standing.number(column).ifPresent(value -> values.put(column.header(), value));
        TimedFigure.of(standing, column)
            .ifPresent(of -> spreads.putArray(column.header()).add(of.low()).add(of.high()));
      }
    }
    standing.cells().stream()
        .map(cell -> timelines.get(cell.key()))
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(points -> curves(node, CurveThinner.thin(points, CURVE_POINTS)));
    standing.cells().stream()
        .filter(cell -> !cell.key().memory().startsWith("simulated"))
        .map(cell -> LatencyCurve.of(CellFiles.histograms(run, cell.key())))
        .filter(points -> !points.isEmpty())
        .findFirst()
        .ifPresent(points -> {
          ArrayNode latency = node.putArray("latency");
          points.forEach(point -> latency.addArray().add(point[0]).add(point[1]));
        });
  }

  private static void curves(ObjectNode node, List<TimelinePoint> points) {
    ObjectNode curves = node.putObject("curves");
    ArrayNode time = curves.putArray("time");
    ArrayNode marks = node.putArray("marks");
    for (TimelinePoint point : points) {
      time.add(point.nanos());
      if (!point.phase().isEmpty()) {
        marks.addArray().add(point.nanos()).add(point.phase());
      }
    }
    curve(curves, "resident", points, p -> p.use().residentBytes());
    curve(curves, "requested", points, p -> p.use().requestedBytes());
    curve(curves, "mapped", points, p -> p.use().mappedBytes());
    curve(curves, "lazy-free", points, TimelinePoint::lazyFreeBytes);
  }

  /** Left out where nothing of it was measured, or there is nothing of it. */
  private static void curve(
      ObjectNode curves,
      String name,
      List<TimelinePoint> points,
      Function<TimelinePoint, OptionalLong> of) {
    if (points.stream().anyMatch(point -> of.apply(point).orElse(0) > 0)) {
      ArrayNode values = curves.putArray(name);
      for (TimelinePoint point : points) {
        OptionalLong value = of.apply(point);
        if (value.isPresent()) {
          values.add(value.getAsLong());
        } else {
          values.addNull();
        }
      }
    }
  }
}
