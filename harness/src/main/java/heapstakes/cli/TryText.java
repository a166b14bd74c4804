package heapstakes.cli;

import heapstakes.allocator.ShellLine;
import heapstakes.results.environment.HostProbe;
import heapstakes.results.program.ProgramContest;
import heapstakes.results.program.ProgramStanding;
import heapstakes.setting.Printable;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.file.Traces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What stands above the table of {@code try}. */
final class TryText {
  private static final int LONGEST_COMMAND = 60;

  private TryText() {}

  static String head(ProgramContest contest, Path recording) {
    ProgramStanding baseline = contest.baseline();
    List<String> parts = new ArrayList<>();
    parts.add(shortened(Printable.line(ShellLine.of(contest.command()))));
    parts.add(
        String.format(
            Locale.ROOT,
            "%d %s in turns, seed %d",
            contest.rounds(),
            contest.rounds() == 1 ? "round" : "rounds",
            contest.seed()));
    parts.add(contest.usualEnding());
    baseline.processes().stream()
        .filter(processes -> processes > 1)
        .forEach(processes -> parts.add(processes + " processes"));
    if (baseline.forecast().isPresent()) {
      TraceInfo info = Traces.open(recording.toString()).info();
      parts.add(TraceDescription.grouped(info.operations()) + " operations");
      if (info.threads() > 1) {
        parts.add(info.threads() + " threads");
      }
    }
    if (!contest.isOutputSteady()) {
      parts.add(
          contest.rounds() == 1
              ? "one run does not tell whether its output is steady: not compared"
              : "its output differs from run to run and is not compared");
    }
    StringBuilder out = new StringBuilder(String.join(" · ", parts)).append('\n');
    List<String> tunables = HostProbe.jvm().tunablesOfTheUser();
    if (!tunables.isEmpty()) {
      out.append("of the environment, for every run: ")
          .append(Printable.line(String.join(" ", tunables)))
          .append('\n');
    }
    return Terminal.outputStyle().fit(out.toString());
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_COMMAND ? text : text.substring(0, LONGEST_COMMAND - 1) + "…";
  }
}
