package heapstakes.results;

import heapstakes.results.Column.Better;
import heapstakes.results.Column.Type;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of columns that are not in every file. */
enum ColumnForm {
  /** Of a kind of system call. */
  CALLS("([a-z][a-z0-9_]*)_calls", Type.COUNT, Better.LOWER, "%s system calls"),
  /** Of a way of returning memory. */
  RETURNED(
      "returned_([a-z][a-z0-9_]*)_bytes",
      Type.COUNT,
      Better.NEITHER,
      "resident bytes given up by %s"),
  /** Of a part of a forecast. */
  FORECAST(
      "forecast_((?:one_life|steady)_[a-z_]+)_ns_per_op",
      Type.DECIMAL,
      Better.NEITHER,
      "part of a forecast: %s"),
  /** Of cache lines and pages, where they were counted. */
  LOCALITY(
      "locality_((?:one_life|steady)_[a-z0-9_]+)_per_1000_ops",
      Type.DECIMAL,
      Better.LOWER,
      "cache lines and pages, what is touched and what is missed: %s"),
  /** Of instructions, where they were counted. */
  INSTRUCTIONS(
      "(instructions)_per_op",
      Type.DECIMAL,
      Better.LOWER,
      "%s in user space of the real library and what it calls, in one life, by valgrind");

  private final Pattern header;
  private final Type type;
  private final Better better;
  private final String description;

  ColumnForm(String header, Type type, Better better, String description) {
    this.header = Pattern.compile(header);
    this.type = type;
    this.better = better;
    this.description = description;
  }

  /** The column of that name in the header; empty where it has none of these forms. */
  static Optional<Column> columnOf(String header) {
    return Stream.of(values()).flatMap(form -> form.column(header).stream()).findFirst();
  }

  private Optional<Column> column(String text) {
    return nameIn(text)
        .map(name ->
            Column.metered(text, type, better, String.format(Locale.ROOT, description, name)));
  }

  /** What {@code text}, a name in the header, has for the part that varies. */
  Optional<String> nameIn(String text) {
    Matcher name = header.matcher(text);
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }
}
