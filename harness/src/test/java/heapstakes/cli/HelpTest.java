package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
  static Stream<String> commands() {
    return commands(new CommandLine(new Heapstakes()), "");
  }

  private static Stream<String> commands(CommandLine command, String path) {
    return command.getSubcommands().entrySet().stream()
        .filter(entry -> !entry.getKey().equals("help"))
        .flatMap(entry -> {
          String words = path + entry.getKey() + " ";
          return Stream.concat(Stream.of(words), commands(entry.getValue(), words));
        });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpThatComplainsOfNothing(String words) {
    Outcome outcome = heapstakes((words + "--help").split(" "));

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.output()).contains("Usage: heapstakes " + words.strip());
  }

  /** Lists of commands, the manual and completion show the first line alone. */
  @ParameterizedTest
  @MethodSource("commands")
  void theFirstLineOfADescriptionIsAWholeSentence(String words) {
    CommandLine command = new CommandLine(new Heapstakes());
    for (String word : words.split(" ")) {
      command = Objects.requireNonNull(command.getSubcommands().get(word));
    }

    assertThat(command.getCommandSpec().usageMessage().description()[0]).endsWith(".");
  }

  @Test
  void whatCompletionOffersToListIsTaken() {
    Iterable<String> words =
        new CommandLine(new ListCommand())
            .getCommandSpec()
            .positionalParameters()
            .getFirst()
            .completionCandidates();

    assertThat(words)
        .isNotEmpty()
        .allSatisfy(word -> assertThat(heapstakes("list", word).exitCode()).isZero());
  }

  /** A terminal of 80 columns would break the table. */
  @Test
  void theFootOfTheHelpFitsATerminal() {
    assertThat(new CommandLine(new Heapstakes()).getCommandSpec().usageMessage().footer())
        .allMatch(line -> line.length() < 80);
  }

  @Test
  void theVersionNamesTheJavaToo() {
    Outcome outcome = heapstakes("--version");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output().lines().toList().get(0)).startsWith("heapstakes 0.");
    assertThat(outcome.output().lines().toList().get(1)).contains(Runtime.version().toString());
  }

  @Test
  void helpIsACommandToo() {
    assertThat(heapstakes("help").output()).contains("Commands:");
    assertThat(heapstakes("help", "compare").output()).contains("Usage: heapstakes compare");
  }

  @Test
  void aMistypedTopicOfListIsGuessed() {
    Outcome outcome = heapstakes("list", "allocatorz");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.errors()).contains("Did you mean 'allocators'?");
  }

  @Test
  void theListOfAllocatorsSaysWhatEachCanDo() {
    String list = heapstakes("list", "allocators").output();

    assertThat(ability(list, "fork")).contains("ptmalloc2", "jemalloc").doesNotContain("ntheap");
    assertThat(ability(list, "trim on demand")).contains("native-glibc").doesNotContain("bump");
    assertThat(ability(list, "threads at the same time")).contains("tcmalloc");
  }

  private static List<String> ability(String list, String name) {
    String line =
        list.lines()
            .map(String::strip)
            .filter(text -> text.startsWith(name + ": "))
            .findFirst()
            .orElseThrow();
    return List.of(line.substring(name.length() + 2).split(", "));
  }

  /** Twin is said of what was compared with a real library, and of nothing else. */
  @Test
  void whatIsListedSaysHowFarItIsKnownToBeThat() {
    List<String> lines = heapstakes("list", "allocators").output().lines().toList();

    assertThat(lines)
        .anyMatch(line -> line.matches(" *ptmalloc2 .* twin: .*"))
        .anyMatch(line -> line.matches(" *bump .* by description: .*"))
        .anyMatch(line -> line.matches(" *native-glibc .* real: .*"))
        .anyMatch(line -> line.matches(" *twin: .*@2\\.36.*"))
        .anyMatch(line -> line.matches(" *by reading: .*@2\\.37.*"));
  }
}
