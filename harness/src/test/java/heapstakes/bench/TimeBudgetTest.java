package heapstakes.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Shares are calculated by hand. */
class TimeBudgetTest {
  private long seconds;

  private TimeBudget budget(Optional<Duration> all) {
    return new TimeBudget(all, () -> seconds * 1_000_000_000);
  }

  /** 100 s for 4: 25 s each, of which the first meters 10; what it saves is for all others. */
  @Test
  void workloadsShareWhatIsLeft() {
    TimeBudget budget = budget(Optional.of(Duration.ofSeconds(100)));

    budget.begin(4);
    seconds = 10;
    BooleanSupplier isLate = budget.timing(4).orElseThrow();
    seconds = 24;
    assertThat(isLate.getAsBoolean()).isFalse();
    seconds = 25;
    assertThat(isLate.getAsBoolean()).isTrue();
    seconds = 40;
    budget.begin(3); // 20 s each
    assertThat(budget.timing(3).orElseThrow().getAsBoolean()).isFalse();
    seconds = 60;
    assertThat(budget.timing(3).orElseThrow().getAsBoolean()).isFalse();
  }

  /** 100 s for 2, of which metering the first takes 60: a quarter of the other 40 is for timing. */
  @Test
  void whoMetersLongIsTimedForHalfOfItsShareOfTheRest() {
    TimeBudget budget = budget(Optional.of(Duration.ofSeconds(100)));

    budget.begin(2);
    seconds = 60;
    BooleanSupplier isLate = budget.timing(2).orElseThrow();
    seconds = 69;
    assertThat(isLate.getAsBoolean()).isFalse();
    seconds = 70;
    assertThat(isLate.getAsBoolean()).isTrue();
  }

  @Test
  void whatThereIsTooLittleTimeForIsNotBegun() {
    TimeBudget budget = budget(Optional.of(Duration.ofSeconds(100)));

    budget.begin(2);
    seconds = 80; // 20 s: 5 for timing, in which forks hardly start
    assertThat(budget.timing(2)).isEmpty();
  }

  /** 1 000 operations took 40 s: in the other 60 there is room for 1 499, and not for 1 500. */
  @Test
  void whatWouldTakeLongerThanWhatIsLeftIsNotBegun() {
    TimeBudget budget = budget(Optional.of(Duration.ofSeconds(100)));

    assertThat(budget.allows(Long.MAX_VALUE)).isTrue(); // nothing is known yet
    budget.begin(2);
    seconds = 40;
    budget.metered(1000);
    assertThat(budget.allows(1499)).isTrue();
    assertThat(budget.allows(1500)).isFalse();
    seconds = 100;
    assertThat(budget.allows(0)).isFalse();
  }

  @Test
  void withoutABudgetThereIsNoEnd() {
    TimeBudget budget = budget(Optional.empty());

    budget.begin(3);
    BooleanSupplier isLate = budget.timing(3).orElseThrow();
    seconds = 1_000_000;
    assertThat(budget.allows(1)).isTrue();
    assertThat(isLate.getAsBoolean()).isFalse();
  }
}
