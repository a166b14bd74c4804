package heapstakes.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FootprintTest {
  private static Footprint footprint(MemoryUse peak, MemoryUse atPeak, MemoryUse end) {
    return new Footprint(
        new Footprint.Outcome(Status.OK, "", 10, 0),
        new Footprint.Space(
            peak,
            atPeak,
            end,
            OptionalLong.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty()),
        Footprint.Kernel.NOT_MEASURED,
        Optional.empty(),
        List.of(),
        new LinkedHashMap<>());
  }

  @Test
  void sharesFollowTheVocabulary() {
    Footprint footprint =
        footprint(
            MemoryUse.of(600, 800, 16384, 8192),
            MemoryUse.of(600, 800, 12288, 8192),
            MemoryUse.of(0, 0, 16384, 2048));
    assertThat(footprint.space().internalFragmentation()).hasValue(0.25);
    assertThat(footprint.space().externalFragmentation().getAsDouble())
        .isEqualTo(1 - 800 / 8192.0, within(1e-15));
    assertThat(footprint.space().returnedShare()).hasValue(0.75);
    assertThat(footprint.space().end().retainedBytes()).hasValue(2048);
  }

  @Test
  void whatWasNotMeasuredIsEmptyAndNotZero() {
    Footprint footprint =
        footprint(MemoryUse.NOT_MEASURED, MemoryUse.NOT_MEASURED, MemoryUse.NOT_MEASURED);
    assertThat(footprint.space().internalFragmentation()).isEmpty();
    assertThat(footprint.space().returnedShare()).isEmpty();
    assertThat(footprint.space().end().retainedBytes()).isEmpty();
  }

  @Test
  void moreResidentThanMappedCannotBeSaid() {
    assertThatThrownBy(() -> MemoryUse.of(0, 0, 4096, 8192))
        .hasMessage("resident is 8192, more than mapped, which is 4096");
  }

  @Test
  void moreRequestedThanAllocatedCannotBeSaid() {
    assertThatThrownBy(() -> MemoryUse.of(17, 16, 4096, 4096)).hasMessageContaining("requested");
  }

  @Test
  void moreAtTheEndThanAtThePeakCannotBeSaid() {
    assertThatThrownBy(() ->
            footprint(
                MemoryUse.of(0, 0, 4096, 4096),
                MemoryUse.of(0, 0, 4096, 4096),
                MemoryUse.of(0, 0, 8192, 4096)))
        .hasMessage("mapped is 8192, more than its peak, which is 4096");
  }

  @Test
  void everyStatusIsReadBackFromItsWord() {
    for (Status status : Status.values()) {
      assertThat(Status.of(status.word())).isEqualTo(status);
    }
    assertThat(Status.OOM_KILLED.word()).isEqualTo("oom_killed");
  }
}
