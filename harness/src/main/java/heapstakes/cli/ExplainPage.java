package heapstakes.cli;

import static heapstakes.results.table.Units.bytes;
import static heapstakes.results.table.Units.count;

import heapstakes.explain.BlockGroup;
import heapstakes.explain.ContentShare;
import heapstakes.explain.Explanation;
import heapstakes.explain.PageClass;
import heapstakes.explain.RunClass;
import heapstakes.explain.SettingTrial;
import heapstakes.results.table.Style;
import heapstakes.results.table.TextTable.Heading;
import heapstakes.setting.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why memory is where it is, for people: sentences first, then tables. */
final class ExplainPage {
  private static final int MOST_ROWS = 6;
  private static final int LONGEST_NAME = 76;

  /** Of retained memory: a setting that gains less is not shown. */
  private static final double LEAST_GAIN = 0.01;

  private static final double PER_CENT = 100;
  private static final Map<String, String> TITLES =
      Map.of("age", "age, in operations", "mark", "the mark before their allocation");

  private final Explanation explanation;
  private final List<SettingTrial> settings;
  private final Page page = new Page();

  /**
   * @param settings that were tried, best first
   */
  ExplainPage(Explanation explanation, List<SettingTrial> settings) {
    this.explanation = explanation;
    this.settings = settings;
  }

  /** The page, lines no longer than the place is wide. */
  String text(Style style) {
    page.title(explanation.contestant() + " on " + explanation.trace().name(), "");
    new ExplainSentences(explanation)
        .all()
        .forEach(sentence -> wrapped(sentence, style.width()).forEach(page::line));
    return tables(style);
  }

  /** What follows the sentences, on a page that has them in its own way. */
  String tables(Style style) {
    contents();
    pages();
    runs();
    groups();
    settings();
    return page.text(style);
  }

  /** Lines of at most {@code width} characters; those that go on are indented. */
  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder("  ");
      } else if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private void contents() {
    page.title("what resident memory holds", "");
    List<List<String>> rows = new ArrayList<>();
    for (ContentShare share : explanation.contents()) {
      String name = share.name().isEmpty() ? "" : ": " + share.name();
      rows.add(List.of(share.content().words() + name, bytes(share.bytes()), share(share.bytes())));
    }
    page.table(
        List.of(Heading.texts(""), Heading.numbers("", "bytes"), Heading.numbers("", "share")),
        rows);
  }

  private String share(long bytes) {
    return String.format(
        Locale.ROOT, "%.1f %%", PER_CENT * bytes / Math.max(1, explanation.heap().resident()));
  }

  private void pages() {
    page.title("resident pages by the live share of each", "");
    List<List<String>> rows = new ArrayList<>();
    for (PageClass pages : explanation.pages()) {
      if (pages.pages() > 0) {
        rows.add(
            List.of(
                range(pages),
                count(pages.pages()),
                bytes(pages.liveBytes() + pages.emptyBytes()),
                bytes(pages.liveBytes()),
                bytes(pages.emptyBytes())));
      }
    }
    page.table(
        List.of(
            Heading.texts("live"),
            Heading.numbers("", "pages"),
            Heading.numbers("", "bytes"),
            Heading.numbers("", "of them live"),
            Heading.numbers("", "empty")),
        rows);
  }

  private static String range(PageClass pages) {
    if (pages.isUnused()) {
      return "nothing";
    }
    if (pages.isFull()) {
      return "all of it";
    }
    return pages.below() >= 1
        ? String.format(Locale.ROOT, "%.0f %% and more", PER_CENT * pages.atLeast())
        : String.format(Locale.ROOT, "less than %.0f %%", PER_CENT * pages.below());
  }

  private void runs() {
    if (explanation.runs().isEmpty()) {
      return;
    }
    List<RunClass> runs = explanation.runs();
    String name = runs.getFirst().name();
    page.title(name + "s by size of their blocks", mostFirst(runs.size()));
    List<List<String>> rows = new ArrayList<>();
    for (RunClass run : runs.subList(0, Math.min(MOST_ROWS, runs.size()))) {
      rows.add(
          List.of(
              bytes(run.unit()),
              count(run.runs()),
              count(run.unusedRuns()),
              count(run.sparseRuns()),
              count(run.room()),
              count(run.live()),
              count(run.cached()),
              bytes(run.residentBytes()),
              bytes(run.emptyBytes())));
    }
    page.table(
        List.of(
            Heading.texts("block"),
            Heading.numbers(name + "s", "all"),
            Heading.numbers(name + "s", "without live"),
            Heading.numbers(name + "s", "at most half live"),
            Heading.numbers("blocks", "room for"),
            Heading.numbers("blocks", "live"),
            Heading.numbers("blocks", "in caches"),
            Heading.numbers("", "resident"),
            Heading.numbers("", "empty")),
        rows);
  }

  private static String mostFirst(int all) {
    return all <= MOST_ROWS
        ? ""
        : String.format(Locale.ROOT, "the %d emptiest of %d", MOST_ROWS, all);
  }

  private void groups() {
    Map<String, List<BlockGroup>> byKind = new LinkedHashMap<>();
    explanation
        .groups()
        .forEach(group -> byKind.computeIfAbsent(group.by(), by -> new ArrayList<>()).add(group));
    byKind.forEach((by, groups) -> {
      page.title(
          "live blocks by " + TITLES.getOrDefault(by, by),
          groups.size() <= MOST_ROWS
              ? ""
              : String.format(
                  Locale.ROOT, "the %d of %d that keep most", MOST_ROWS, groups.size()));
      page.table(headings(by), rows(groups));
    });
  }

  private static List<Heading> headings(String by) {
    return List.of(
        Heading.texts(by),
        Heading.numbers("", "blocks"),
        Heading.numbers("", "bytes"),
        Heading.numbers("", "keeps"),
        Heading.numbers("", "alone"));
  }

  private static List<List<String>> rows(List<BlockGroup> groups) {
    return groups.stream()
        .limit(MOST_ROWS)
        .map(group ->
            List.of(
                shortened(group.name()),
                count(group.blocks()),
                bytes(group.bytes()),
                bytes(group.heldBytes()),
                bytes(group.aloneBytes())))
        .toList();
  }

  private void settings() {
    if (settings.isEmpty()) {
      return;
    }
    long resident = explanation.heap().resident();
    double least = LEAST_GAIN * explanation.retained();
    List<SettingTrial> best =
        settings.stream()
            .filter(trial -> resident - trial.resident() > least)
            .limit(MOST_ROWS)
            .toList();
    page.title(
        "settings under which less was resident then",
        String.format(Locale.ROOT, "%d tried", settings.size()));
    if (best.isEmpty()) {
      page.line("none");
      return;
    }
    page.table(
        List.of(
            Heading.texts("setting"),
            Heading.numbers("", "resident"),
            Heading.numbers("", "less by")),
        best.stream()
            .map(trial ->
                List.of(
                    trial.contestant().settings().toString(),
                    bytes(trial.resident()),
                    bytes(resident - trial.resident())))
            .toList());
    String deploy = RunEnvironment.deployableForm(best.getFirst().contestant());
    if (!deploy.isEmpty()) {
      page.line("deploy " + best.getFirst().contestant().settings() + ": " + deploy);
    }
  }

  private static String shortened(String name) {
    String line = Printable.line(name);
    return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME - 1) + "…";
  }
}
