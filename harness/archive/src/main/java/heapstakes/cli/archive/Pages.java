package heapstakes.cli.archive;

import heapstakes.cli.Heapstakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes the manual (AsciiDoc, a page a command) and the completion of shells from the commands
 * themselves.
 */
public final class Pages {
  private static final String NAME = "heapstakes";
  private static final String FOOT = "// tag::picocli-generated-man-section-footer[]";

  private Pages() {}

  /**
   * Writes {@code manual/} and {@code completion/}.
   *
   * @param args the directory to write to
   */
  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[0]);
    CommandLine line = new CommandLine(new Heapstakes());
    // The rest is about the machine that builds, and the foot of a page has no room for the commit.
    String version = line.getCommandSpec().version()[0].replaceFirst(" \\(.*", "");
    line.getCommandSpec().versionProvider(() -> new String[] {version});
    Path manual = Files.createDirectories(target.resolve("manual"));
    ManPageGenerator.generateManPage(
        manual.toFile(), null, new boolean[0], true, line.getCommandSpec());
    for (Path page : pages(manual)) {
      Files.writeString(page, emphasized(Files.readString(page)));
    }
    addNotes(manual, line);
    Path completion = Files.createDirectories(target.resolve("completion"));
    // bash's own, which zsh reads with its bashcompinit
    Files.writeString(completion.resolve(NAME + ".bash"), bash(line));
    Files.writeString(completion.resolve(NAME + ".fish"), Fish.completion(NAME, line));
  }

  /** What stands below the options in the help, which picocli leaves out without a heading. */
  private static void addNotes(Path manual, CommandLine line) throws IOException {
    line.setUsageHelpWidth(110); // no line of ours is so long
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    String notes = line.getHelp().footer().strip();
    if (!notes.isEmpty()) {
      Path page = manual.resolve(line.getCommandSpec().qualifiedName("-") + ".adoc");
      // Within dots lines and columns stay as they are.
      String section = FOOT + "\n== Notes\n\n....\n" + notes + "\n....\n";
      Files.writeString(page, Files.readString(page).replace(FOOT, section));
    }
    for (CommandLine command : line.getSubcommands().values()) {
      addNotes(manual, command);
    }
  }

  /** Values are offered as they are told in the help, not as they stand in the sources. */
  private static String bash(CommandLine line) {
    return Pattern.compile("(?<=_option_args=)\\([^)]*\\)")
        .matcher(AutoComplete.bash(NAME, line))
        .replaceAll(values -> lowerCase(values.group()));
  }

  static String lowerCase(String constants) {
    return constants.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<Path> pages(Path manual) throws IOException {
    try (Stream<Path> pages = Files.list(manual)) {
      return pages.toList();
    }
  }

  /**
   * AsciiDoc takes the underscore behind a bracket, as in {@code _N[,N...]_}, for text: two of them
   * it does not.
   */
  private static String emphasized(String page) {
    return page.replaceAll("_([A-Z]\\w*\\[[^]]+])_", "__$1__");
  }
}
