package heapstakes.questions;

import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.Allocators;
import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import heapstakes.workload.Suggestion;
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
    Suggestion suggestion = TraceSource.suggestion(workload);

    assertThat(suggestion.contestants()).doesNotHaveDuplicates();
    suggestion
        .contestants()
        .forEach(text -> assertThat(Allocators.parse(text).toString()).isEqualTo(text));
    suggestion.memory().forEach(text -> assertThat(Machine.parse(text).toString()).isEqualTo(text));
  }

  /** Memory follows the arguments: half of the bytes asked for. */
  @Test
  void aSuggestionKnowsTheArguments() {
    assertThat(TraceSource.suggestion("teardown:n=1048576,size=40").memory())
        .containsExactly("simulated:memory_max=20M,swap=160M");
  }

  @Test
  void aFileHasTheUsual() {
    assertThat(TraceSource.suggestion("program.hst")).isEqualTo(Suggestion.USUAL);
  }
}
