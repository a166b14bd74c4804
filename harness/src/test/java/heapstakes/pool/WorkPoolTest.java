package heapstakes.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkPoolTest {
  private static final long MOST = 100;

  private record Todo<R>(long bytes, boolean isApart, Callable<R> what) implements Work<R> {
    @Override
    public R carryOut() throws InterruptedException {
      try {
        return what.call();
      } catch (InterruptedException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static <R> Work<R> work(Callable<R> what) {
    return new Todo<>(1, false, what);
  }

  private static <R> List<R> all(int cores, List<Work<R>> works) throws InterruptedException {
    List<R> all = new ArrayList<>();
    try (WorkPool.Results<R> results = new WorkPool(new PoolLimits(cores, MOST)).begin(works)) {
      for (int i = 0; i < works.size(); i++) {
        all.add(results.next());
      }
    }
    return all;
  }

  @Test
  void resultsComeInTheOrderOfTheWorksWhicheverEndsFirst() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Work<Integer> waitsForTheSecond =
        work(() -> {
          second.await();
          return 1;
        });
    Work<Integer> isFirst =
        work(() -> {
          second.countDown();
          return 2;
        });

    assertThat(all(2, List.of(waitsForTheSecond, isFirst))).containsExactly(1, 2);
  }

  @Test
  void manyMoreWorksThanAreBegunAheadAllGetTheirTurn() throws Exception {
    List<Work<Integer>> works =
        IntStream.range(0, 1000).mapToObj(i -> WorkPoolTest.<Integer>work(() -> i)).toList();

    assertThat(all(3, works)).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    assertThat(all(1, List.<Work<Integer>>of())).isEmpty();
  }

  @Test
  void asManyRunAtOnceAsThereAreCores() throws Exception {
    CyclicBarrier three = new CyclicBarrier(3); // nobody passes before all three are there

    assertThat(all(3, List.of(work(three::await), work(three::await), work(three::await))))
        .containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void whatRunsKeepsWithinTheBudgetAndWhatNeedsMoreRunsAlone() throws Exception {
    AtomicLong taken = new AtomicLong();
    AtomicLong most = new AtomicLong();
    List<Work<Boolean>> works = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long bytes = i % 10 == 3 ? 1_000 : 20 + i % 30;
      works.add(
          new Todo<>(
              bytes,
              false,
              () -> {
                long now = taken.addAndGet(bytes);
                most.accumulateAndGet(now, Math::max);
                Thread.sleep(1);
                taken.addAndGet(-bytes);
                return bytes <= MOST || now == bytes;
              }));
    }

    assertThat(all(4, works)).containsOnly(true);
    assertThat(most).hasValue(1_000);
  }

  @Test
  void ofThoseThatRunApartThereIsOneAtATimeAndOthersBesideIt() throws Exception {
    AtomicInteger processes = new AtomicInteger();
    CyclicBarrier both = new CyclicBarrier(2);
    List<Work<Integer>> works = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      works.add(
          new Todo<>(
              1,
              true,
              () -> {
                int now = processes.incrementAndGet();
                both.await();
                processes.decrementAndGet();
                return now;
              }));
    }
    for (int i = 0; i < 20; i++) {
      works.add(
          work(() -> {
            both.await();
            return 1;
          }));
    }

    assertThat(all(2, works)).containsOnly(1); // with a third, others could meet each other
  }

  @Test
  void aFaultIsToldWhenItsTurnComes() throws Exception {
    List<Work<Integer>> works =
        List.of(
            work(() -> 1),
            work(() -> {
              throw new IllegalArgumentException("no");
            }),
            work(() -> 3));

    try (WorkPool.Results<Integer> results = new WorkPool(new PoolLimits(2, MOST)).begin(works)) {
      assertThat(results.next()).isEqualTo(1);
      assertThatThrownBy(results::next).isInstanceOf(IllegalArgumentException.class);
      assertThat(results.next()).isEqualTo(3);
    }
  }

  @Test
  void whoIsInterruptedGetsNoMoreResultsAndWhatRunsIsInterruptedToo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    List<Work<Integer>> works =
        List.of(
            work(() -> {
              begun.countDown();
              try {
                Thread.sleep(Duration.ofHours(1));
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return 1;
            }),
            work(() -> 2));

    try (WorkPool.Results<Integer> results = new WorkPool(new PoolLimits(1, MOST)).begin(works)) {
      begun.await();
      Thread.currentThread().interrupt();
      assertThatThrownBy(results::next).isInstanceOf(InterruptedException.class);
      assertThatThrownBy(results::next).isInstanceOf(InterruptedException.class);
    }
    interrupted.await();
  }
}
