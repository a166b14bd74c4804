package heapstakes.cli;

import heapstakes.results.table.Style;
import heapstakes.results.table.TextTable;
import heapstakes.results.table.TextTable.Entry;
import heapstakes.results.table.TextTable.Heading;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Titles, lines and tables, to be written for a terminal or as Markdown. */
final class Page {
  private sealed interface Block {}

  private record Title(String text, String remark) implements Block {}

  private record Line(String text) implements Block {}

  private record Table(List<Heading> headings, List<List<String>> rows) implements Block {}

  private final List<Block> blocks = new ArrayList<>();

  void title(String text, String remark) {
    blocks.add(new Title(text, remark));
  }

  void line(String text) {
    blocks.add(new Line(text));
  }

  void table(List<Heading> headings, List<List<String>> rows) {
    blocks.add(new Table(List.copyOf(headings), List.copyOf(rows)));
  }

  /** For a terminal. */
  String text(Style style) {
    StringBuilder out = new StringBuilder();
    for (Block block : blocks) {
      switch (block) {
        case Title title -> {
          out.append(out.isEmpty() ? "" : "\n").append(style.bold(title.text));
          out.append(title.remark.isEmpty() ? "" : "   " + title.remark).append('\n');
        }
        case Line line -> out.append(line.text).append('\n');
        case Table table -> {
          TextTable laid = new TextTable(table.headings);
          table.rows.forEach(
              row -> laid.add(row.stream().map(text -> new Entry(text, false)).toList()));
          out.append(laid.render(style));
        }
      }
    }
    return style.fit(out.toString());
  }

  /** GitHub's Markdown. */
  String markdown() {
    StringBuilder out = new StringBuilder();
    for (Block block : blocks) {
      switch (block) {
        case Title title ->
            out.append("## ").append(escape(title.text)).append("\n\n").append(remark(title));
        case Line line -> out.append(escape(line.text.strip())).append("\n\n");
        case Table table -> {
          List<String> heads =
              table.headings.stream()
                  .map(head -> (head.group() + " " + head.name()).strip())
                  .toList();
          out.append(row(heads));
          out.append("|---").append("|--:".repeat(heads.size() - 1)).append("|\n");
          table.rows.forEach(row -> out.append(row(row)));
          out.append('\n');
        }
      }
    }
    return out.toString();
  }

  private static String remark(Title title) {
    return title.remark.isEmpty() ? "" : escape(title.remark) + "\n\n";
  }

  private static String row(List<String> texts) {
    return texts.stream().map(Page::escape).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String escape(String text) {
    return text.replaceAll("([\\\\|*_`<])", "\\\\$1");
  }
}
