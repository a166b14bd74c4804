package heapstakes.results.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lays text out in aligned columns: the first to the left, the others to the right or left. */
public final class TextTable {
  private static final String GAP = " ";
  private static final char MARK = '*';

  private final List<Heading> headings;
  private final List<Line> lines = new ArrayList<>();

  /** An empty table. */
  public TextTable(List<Heading> headings) {
    this.headings = List.copyOf(headings);
  }

  /**
   * Head of a column.
   *
   * @param group over neighbouring columns of the same group; may be empty
   * @param name over the column
   * @param right whether its texts end at the same place, as numbers do
   * @param marked whether there is room for the mark of the best
   */
  public record Heading(String group, String name, boolean right, boolean marked) {
    /** Of numbers none of which is best. */
    public static Heading numbers(String group, String name) {
      return new Heading(group, name, true, false);
    }

    /** Of texts. */
    public static Heading texts(String name) {
      return new Heading("", name, false, false);
    }

    private String room() {
      return marked ? " " : "";
    }
  }

  /**
   * Content of a column in a row.
   *
   * @param text may be empty
   * @param best whether it is marked
   */
  public record Entry(String text, boolean best) {
    static final Entry EMPTY = new Entry("", false);
  }

  /** Either entries, or a remark over the whole width. */
  private record Line(List<Entry> entries, String remark) {}

  /** Adds a row. */
  public void add(List<Entry> entries) {
    lines.add(new Line(List.copyOf(entries), ""));
  }

  /** Adds a line of text that widens no column. */
  void remark(String text) {
    lines.add(new Line(List.of(), text));
  }

  /** How wide the lines are. */
  int width() {
    int[] widths = widths();
    int sum = (widths.length - 1) * GAP.length();
    for (int width : widths) {
      sum += width;
    }
    return sum;
  }

  private int[] widths() {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = length(headings.get(i).name() + headings.get(i).room());
      for (Line line : lines) {
        if (!line.entries().isEmpty()) {
          widths[i] = Math.max(widths[i], length(text(line.entries().get(i), i)));
        }
      }
    }
    widenForGroups(widths);
    return widths;
  }

  /** A group's name may be longer than its columns: the first of them takes what is missing. */
  private void widenForGroups(int[] widths) {
    for (int from = 1; from < widths.length; ) {
      int to = endOfGroup(from);
      int room = (to - from - 1) * GAP.length();
      for (int i = from; i < to; i++) {
        room += widths[i];
      }
      int wanted = length(headings.get(from).group() + headings.get(to - 1).room());
      widths[from] += Math.max(0, wanted - room);
      from = to;
    }
  }

  private int endOfGroup(int from) {
    String group = headings.get(from).group();
    int to = from + 1;
    while (to < headings.size() && headings.get(to).group().equals(group)) {
      to++;
    }
    return to;
  }

  /** With room for the mark, so that figures stay aligned. */
  private String text(Entry entry, int column) {
    return entry.text() + (entry.best() ? MARK : headings.get(column).room());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The whole table, each line ended. */
  public String render(Style style) {
    int[] widths = widths();
    StringBuilder out = new StringBuilder();
    append(out, style.dim(groups(widths)));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      names.add(headings.get(i).name() + headings.get(i).room());
    }
    append(out, style.bold(join(names, widths)));
    for (Line line : lines) {
      append(out, line.entries().isEmpty() ? line.remark() : row(line.entries(), widths, style));
    }
    return out.toString();
  }

  private static void append(StringBuilder out, String line) {
    if (!line.isBlank()) {
      out.append(line.stripTrailing()).append('\n');
    }
  }

  private String groups(int[] widths) {
    StringBuilder out = new StringBuilder(" ".repeat(widths[0]));
    for (int from = 1; from < widths.length; ) {
      int to = endOfGroup(from);
      int room = (to - from - 1) * GAP.length();
      for (int i = from; i < to; i++) {
        room += widths[i];
      }
      out.append(GAP)
          .append(padLeft(headings.get(from).group() + headings.get(to - 1).room(), room));
      from = to;
    }
    return out.toString().stripTrailing();
  }

  private String join(List<String> texts, int[] widths) {
    StringBuilder out = new StringBuilder(padRight(texts.getFirst(), widths[0]));
    for (int i = 1; i < widths.length; i++) {
      out.append(GAP).append(pad(texts.get(i), i, widths[i]));
    }
    return out.toString().stripTrailing();
  }

  private String pad(String text, int column, int width) {
    return headings.get(column).right() ? padLeft(text, width) : padRight(text, width);
  }

  private String row(List<Entry> entries, int[] widths, Style style) {
    StringBuilder out = new StringBuilder(padRight(entries.getFirst().text(), widths[0]));
    for (int i = 1; i < widths.length; i++) {
      Entry entry = entries.get(i);
      String padded = pad(text(entry, i), i, widths[i]);
      out.append(GAP).append(entry.best() ? style.best(padded) : padded);
    }
    return out.toString();
  }

  private static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - length(text))) + text;
  }

  private static String padRight(String text, int width) {
    return text + " ".repeat(Math.max(0, width - length(text)));
  }

  /** {@code count} entries without content. */
  static List<Entry> blanks(int count) {
    return Collections.nCopies(count, Entry.EMPTY);
  }
}
