package heapstakes.cli;

import heapstakes.results.table.Style;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heapstakes doctor}: what this machine has and lacks. */
@Command(
    name = "doctor",
    description = {
      "What this machine has: JDK, cores, kernel, libraries, limits; what to do about the rest.",
      "Exit code 1 if something is in the way."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--format",
      paramLabel = "text|json",
      description = "What to print (default text).")
  private TextOrJson format = TextOrJson.TEXT;

  @Override
  public Integer call() {
    List<Diagnosis> findings = new Examination().findings();
    switch (format) {
      case TEXT -> print(findings);
      case JSON -> System.out.print(Json.text(new Document(Version.text(), findings)));
    }
    boolean failed = findings.stream().anyMatch(f -> f.level() == Diagnosis.Level.FAIL);
    return failed ? ExitCode.CHECK_FAILED : ExitCode.OK;
  }

  /** What {@code --format json} prints. */
  private record Document(String heapstakesVersion, List<Diagnosis> findings) {}

  private static void print(List<Diagnosis> findings) {
    Style style = Terminal.outputStyle();
    StringBuilder out = new StringBuilder();
    for (Diagnosis finding : findings) {
      String level = String.format(Locale.ROOT, "%-5s", finding.level().word());
      out.append(finding.level() == Diagnosis.Level.OK ? style.dim(level) : style.bold(level));
      out.append(String.format(Locale.ROOT, "%-12s", finding.subject()))
          .append(finding.state())
          .append('\n');
      if (!finding.advice().isEmpty()) {
        out.append(" ".repeat(17))
            .append(finding.advice().replace("\n", "\n" + " ".repeat(17)))
            .append('\n');
      }
    }
    System.out.print(style.fit(out.toString()));
  }
}
