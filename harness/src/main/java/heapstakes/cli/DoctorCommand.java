package heapstakes.cli;

import heapstakes.results.table.Style;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code heapstakes doctor}: what this machine has and lacks. */
@Command(
    name = "doctor",
    description = {
      "What this machine has: JDK, cores, kernel, libraries, limits; what to do about the rest.",
      "Exit code 1 if something is in the way."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Style style = Terminal.outputStyle();
    List<Diagnosis> findings = new Examination().findings();
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
    boolean failed = findings.stream().anyMatch(f -> f.level() == Diagnosis.Level.FAIL);
    return failed ? ExitCode.CHECK_FAILED : ExitCode.OK;
  }
}
