package heapstakes.bench;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Machine;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SuggestionTest {
  static List<String> names() {
    return Workloads.all().stream().map(WorkloadProvider::name).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void whatIsSuggestedCanBeHad(String workload) {
    Suggestion suggestion = Suggestion.of(workload);

    assertThat(suggestion.contestants()).doesNotHaveDuplicates();
    suggestion
        .contestants()
        .forEach(text -> assertThat(Allocators.parse(text).toString()).isEqualTo(text));
    suggestion.memory().forEach(text -> assertThat(Machine.parse(text).toString()).isEqualTo(text));
  }

  @Test
  void contestantsAreOfWorkloadsThatThereAre() {
    assertThat(Suggestion.workloads()).isNotEmpty().isSubsetOf(names());
  }

  /** Memory follows the arguments: half of the bytes asked for. */
  @Test
  void aSuggestionKnowsTheArguments() {
    assertThat(Suggestion.of("teardown:n=1048576,size=40").memory())
        .containsExactly("simulated:memory_max=20M,swap=160M");
  }

  @Test
  void aFileHasTheUsual() {
    assertThat(Suggestion.of("program.hst")).isEqualTo(new Suggestion(List.of(), List.of()));
  }
}
