package heapstakes.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.driver.DriverException;
import heapstakes.driver.NativeProcess;
import heapstakes.os.AddressSpace;
import heapstakes.replay.TraceSource;
import heapstakes.results.Column;
import heapstakes.setting.Settings;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledContestantTest {
  @ParameterizedTest
  @CsvSource({
    "bump, floor, BY_DESCRIPTION, true",
    "ptmalloc2, model, TWIN, true",
    "ptmalloc2@2.37, model, BY_READING, true",
    "ptmalloc2:trim=modern-on-free, experiment, BY_DESCRIPTION, true",
    "ideal, floor, BY_DESCRIPTION, true",
    "ptmalloc2:mxfast=0, strategy, TWIN, true",
    "jemalloc@5.3.0, model, TWIN, true",
    "native-glibc, native, REAL, false"
  })
  void theKindsWordFollowsFromWhatAContestantIsAndCan(
      String text, String kind, Badge badge, boolean anyMemory) {
    LabelledContestant contestant = LabelledContestant.of(Allocators.parse(text));

    assertThat(contestant.kind()).isEqualTo(kind);
    assertThat(contestant.contestant().badge()).isEqualTo(badge);
    assertThat(contestant.row(TraceSource.open("size-ladder").info(), "simulated"))
        .extracting(row -> row.text(Column.BADGE))
        .isEqualTo(badge.word());
    assertThat(contestant.takesAnyMemory()).isEqualTo(anyMemory);
  }

  /** Such as a model of an allocator that no library exists of. */
  @Test
  void aModelThatIsTheTwinOfNothingIsAModelByDescription() {
    LabelledContestant contestant =
        LabelledContestant.of(other(Set.of(Capability.ANY_MEMORY, Capability.REUSES_MEMORY)));

    assertThat(contestant.contestant().provider().badge().word()).isEqualTo("by description");
    assertThat(contestant.kind()).isEqualTo("model");
    assertThat(contestant.twinOf()).isEmpty();
    assertThat(contestant.takesAnyMemory()).isTrue();
  }

  /** Such as a pool of Java's own: it is not put on simulated memory, nor into the driver. */
  @Test
  void whatHasItsOwnMemoryAndNoLibraryIsNeitherSimulatedNorPutIntoAProcess() {
    Contestant managed = other(Set.of(Capability.REUSES_MEMORY));

    assertThat(LabelledContestant.of(managed).takesAnyMemory()).isFalse();
    assertThatThrownBy(() -> NativeProcess.of(managed))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("no library with a file");
  }

  private static Contestant other(Set<Capability> capabilities) {
    AllocatorProvider provider =
        new AllocatorProvider() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public Lineage lineage() {
            return new Lineage("1", "");
          }

          @Override
          public Set<Capability> capabilities() {
            return capabilities;
          }

          @Override
          public Allocator open(AddressSpace space, Settings settings) {
            throw new UnsupportedOperationException();
          }
        };
    return new Contestant(provider, Settings.defaults("other", List.of()));
  }
}
