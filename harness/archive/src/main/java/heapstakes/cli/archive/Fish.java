package heapstakes.cli.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for the fish shell, which picocli does not write. */
final class Fish {
  private final String program;
  private final List<String> lines = new ArrayList<>();

  private Fish(String program) {
    this.program = program;
  }

  /** One line a command and an option; files complete where fish has nothing better. */
  static String completion(String program, CommandLine line) {
    Fish fish = new Fish(program);
    fish.add(line, "__fish_use_subcommand", "");
    return String.join("\n", fish.lines) + "\n";
  }

  /**
   * @param where a condition that holds where the command is completed
   * @param above one that holds below it; of two commands of one name it tells which
   */
  private void add(CommandLine line, String where, String above) {
    for (Map.Entry<String, CommandLine> sub : line.getSubcommands().entrySet()) {
      String name = sub.getKey();
      lines.add(complete(where) + " -f -a " + name + " -d " + quoted(summary(sub.getValue())));
      String within = above + "__fish_seen_subcommand_from " + name;
      for (OptionSpec option : sub.getValue().getCommandSpec().options()) {
        if (!option.hidden()) {
          lines.add(
              complete(within)
                  + names(option)
                  + values(option)
                  + " -d "
                  + quoted(first(option.description())));
        }
      }
      if (!sub.getValue().getSubcommands().isEmpty()) {
        String others = String.join(" ", sub.getValue().getSubcommands().keySet());
        add(
            sub.getValue(),
            within + "; and not __fish_seen_subcommand_from " + others,
            within + "; and ");
      }
    }
  }

  private String complete(String where) {
    return "complete -c " + program + " -n " + quoted(where);
  }

  private static String names(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
    }
    return option.arity().max() > 0 ? text.append(" -r").toString() : text.toString();
  }

  /** Those of an option that takes one of a few words. */
  private static String values(OptionSpec option) {
    return option.completionCandidates() == null
        ? ""
        : " -f -a " + quoted(Pages.lowerCase(String.join(" ", option.completionCandidates())));
  }

  private static String summary(CommandLine line) {
    return first(line.getCommandSpec().usageMessage().description());
  }

  private static String first(String[] text) {
    return text.length == 0 ? "" : text[0];
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
