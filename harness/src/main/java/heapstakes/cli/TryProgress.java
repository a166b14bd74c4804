package heapstakes.cli;

import heapstakes.allocator.Contestant;
import heapstakes.program.Program;
import heapstakes.program.ProgramTurns;
import heapstakes.results.program.ProgramRun;
import heapstakes.setting.Printable;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Says on standard error how far {@code try} is. */
final class TryProgress implements ProgramTurns.Listener, AutoCloseable {
  private final boolean terminal = Terminal.errorIsTerminal();
  private final String name;
  private final int rounds;
  private final Set<String> told = new HashSet<>();
  private boolean hasLine;

  TryProgress(Program program, int rounds) {
    this.name = program.command().getFirst();
    this.rounds = rounds;
  }

  @Override
  public void records() {
    show("recording %s", name);
  }

  @Override
  public void foretellsNothing(String why) {
    say("nothing is foretold: %s", why);
  }

  @Override
  public void replays(Contestant contestant) {
    show("replaying the recording on %s", contestant);
  }

  @Override
  public void runs(int round, Contestant contestant) {
    show("round %d of %d: %s", round, rounds, contestant);
  }

  @Override
  public void failed(Contestant contestant, ProgramRun run, String lastError) {
    String what = String.format(Locale.ROOT, "%s: %s", contestant, run.outcome().ending());
    if (told.add(what)) {
      say("%s%s", what, lastError.isEmpty() ? "" : ": " + lastError);
    }
  }

  /** On a terminal, a line that the next one replaces. */
  private void show(String format, Object... values) {
    if (terminal) {
      System.err.print("\r\u001b[K" + text(format, values));
      hasLine = true;
    }
  }

  private void say(String format, Object... values) {
    close();
    System.err.println("heapstakes: " + text(format, values));
  }

  private static String text(String format, Object... values) {
    return Printable.lines(String.format(Locale.ROOT, format, values));
  }

  /** Removes that line. */
  @Override
  public void close() {
    if (hasLine) {
      System.err.print("\r\u001b[K");
      hasLine = false;
    }
  }
}
