package heapstakes.cli;

import heapstakes.allocator.ShellLine;
import heapstakes.results.Cell;
import heapstakes.results.Column;
import heapstakes.results.Decimals;
import heapstakes.results.csv.CsvRows;
import heapstakes.upgrade.Figure;
import heapstakes.upgrade.Upgrade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What upgrades do, for programs: every replay that was made, and what was concluded. */
final class UpgradeData {
  private static final List<Figure> FIGURES =
      Stream.concat(Figure.metered().stream(), Figure.TIMES.stream()).toList();

  /**
   * A replay.
   *
   * @param role from, to, times-from, times-to, model-from, model-to, put-in, taken-out, setting or
   *     setting-library
   * @param contestant who
   * @param detail which rule or setting
   * @param cell the figures
   */
  private record Row(String role, String contestant, String detail, Cell cell) {}

  private final List<Upgrade> upgrades;
  private final Timed timed;

  UpgradeData(List<Upgrade> upgrades, Timed timed) {
    this.upgrades = upgrades;
    this.timed = timed;
  }

  private List<Row> rows(Upgrade upgrade) {
    List<Row> rows = new ArrayList<>();
    String before = upgrade.before().name();
    String after = upgrade.after().name();
    upgrade.old().forEach(cell -> rows.add(new Row("from", before, "", cell)));
    upgrade.young().forEach(cell -> rows.add(new Row("to", after, "", cell)));
    timed
        .cell(upgrade.before(), upgrade.trace())
        .ifPresent(cell -> rows.add(new Row("times-from", before, "", cell)));
    timed
        .cell(upgrade.after(), upgrade.trace())
        .ifPresent(cell -> rows.add(new Row("times-to", after, "", cell)));
    if (upgrade.models().size() == 2) {
      String old = upgrade.before().model().orElseThrow().toString();
      String young = upgrade.after().model().orElseThrow().toString();
      rows.add(new Row("model-from", old, "", upgrade.models().getFirst()));
      rows.add(new Row("model-to", young, "", upgrade.models().getLast()));
      upgrade
          .effects()
          .forEach(effect -> {
            String rule = effect.difference().rule().toString();
            rows.add(new Row("put-in", old, rule, effect.putIn()));
            rows.add(new Row("taken-out", young, rule, effect.takenOut()));
          });
    }
    upgrade
        .remedies()
        .forEach(remedy -> {
          String deploy = ShellLine.of(remedy.model().environment());
          rows.add(new Row("setting", remedy.model().toString(), deploy, remedy.cell()));
          remedy
              .library()
              .ifPresent(cell -> rows.add(new Row("setting-library", after, deploy, cell)));
        });
    return rows;
  }

  /** A row a replay. */
  String csv() {
    List<String> header = new ArrayList<>(List.of("workload", "role", "contestant", "detail"));
    header.add(Column.STATUS.header());
    FIGURES.forEach(figure -> header.add(figure.header()));
    StringBuilder out = new StringBuilder();
    try {
      CsvRows.header(out, header);
      for (Upgrade upgrade : upgrades) {
        for (Row row : rows(upgrade)) {
          CsvRows.row(out, values(upgrade, row));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringBuilder takes everything
    }
    return out.toString();
  }

  private static List<String> values(Upgrade upgrade, Row row) {
    List<String> values =
        new ArrayList<>(
            List.of(
                upgrade.trace().name(),
                row.role,
                row.contestant,
                row.detail,
                row.cell.text(Column.STATUS)));
    for (Figure figure : FIGURES) {
      OptionalDouble value = figure.value(row.cell);
      values.add(value.isPresent() ? Decimals.plain(value.getAsDouble()) : "");
    }
    return values;
  }

  /** One document: the same rows, and what was concluded. */
  String json() {
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(upgrades.stream().map(this::json).toList())
        + "\n";
  }

  private Map<String, Object> json(Upgrade upgrade) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("workload", upgrade.trace().name());
    fields.put("from", upgrade.before().name());
    fields.put("to", upgrade.after().name());
    fields.put("real", upgrade.areReal());
    fields.put("remarks", List.of(upgrade.before().remarks(), upgrade.after().remarks()));
    fields.put(
        "differences",
        upgrade.differences().stream().map(difference -> difference.rule()).toList());
    fields.put("causes", upgrade.causes().stream().map(UpgradeData::cause).toList());
    fields.put("replays", rows(upgrade).stream().map(UpgradeData::replay).toList());
    return fields;
  }

  private static Map<String, Object> cause(heapstakes.upgrade.Attribution.Cause cause) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("figure", cause.figure().header());
    fields.put("share", cause.share());
    fields.put("rules", cause.differences().stream().map(d -> d.rule().key()).toList());
    return fields;
  }

  private static Map<String, Object> replay(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("role", row.role);
    fields.put("contestant", row.contestant);
    fields.put("detail", row.detail);
    fields.put("status", row.cell.text(Column.STATUS));
    for (Figure figure : FIGURES) {
      OptionalDouble value = figure.value(row.cell);
      if (value.isPresent()) {
        fields.put(figure.header(), value.getAsDouble());
      }
    }
    return fields;
  }
}
