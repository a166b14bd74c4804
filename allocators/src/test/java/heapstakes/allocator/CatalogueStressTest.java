package heapstakes.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import heapstakes.allocator.kit.Action;
import heapstakes.allocator.kit.FuzzCase;
import heapstakes.allocator.kit.FuzzCatalogue;
import heapstakes.allocator.kit.ParallelPlay;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Random programs for every model, version and setting, for as long as {@code stress.minutes} says:
 * the profile {@code stress} of the build. A failure is made small and said with the command that
 * runs it again.
 */
@EnabledIfSystemProperty(named = "stress.minutes", matches = "\\d+(\\.\\d+)?")
class CatalogueStressTest {
  private static final int AUDIT_EVERY = Integer.getInteger("stress.audit", 1);
  private static final long SEED = Long.getLong("stress.seed", 1);
  private static final int ACTIONS = Integer.getInteger("stress.actions", 600);
  private static final int SHORT = 250;
  private static final int THREADS = 3;
  private static final int ROUNDS = 8;
  private static final int PARALLEL_ONE_IN = 10;
  private static final Set<Syscall> REFUSABLE = EnumSet.complementOf(EnumSet.of(Syscall.FORK));

  private final Instant end =
      Instant.now()
          .plusMillis(
              (long)
                  (Double.parseDouble(System.getProperty("stress.minutes", "0"))
                      * Duration.ofMinutes(1).toMillis()));
  private long programs;
  private long actions;

  /** Runs {@code fuzz}, and fails with the least part of it that fails. */
  private FuzzCase.Outcome check(FuzzCase fuzz) {
    FuzzCase.Outcome outcome = fuzz.run(fuzz.program(), AUDIT_EVERY);
    programs++;
    actions += fuzz.actions();
    outcome
        .failure()
        .ifPresent(failure -> {
          List<Action> small = fuzz.shrunk(AUDIT_EVERY);
          String text =
              String.format(
                  Locale.ROOT,
                  """
                  %s
                  fails: %s
                  %d of its actions are enough:
                  %s
                  Again: mvn -pl allocators -am test -Pstress -Dtest=CatalogueStressTest\
                   -Dsurefire.failIfNoSpecifiedTests=false -Dstress.audit=%d '-Dstress.replay=%s'\
                  """,
                  fuzz,
                  failure,
                  small.size(),
                  small.stream().map(Action::toString).collect(Collectors.joining("\n")),
                  AUDIT_EVERY,
                  fuzz);
          fail(text, failure);
        });
    return outcome;
  }

  @Test
  @EnabledIfSystemProperty(named = "stress.replay", matches = ".+")
  void theCaseThatIsAskedForPasses() {
    check(FuzzCase.parse(System.getProperty("stress.replay", "")));
  }

  /** Each version with each setting once, then any, as long as there is time. */
  @Test
  @DisabledIfSystemProperty(named = "stress.replay", matches = ".+")
  void noProgramFindsAFaultInAnyModel() throws Exception {
    Random random = new Random(SEED);
    List<String> singles = FuzzCatalogue.contestants();
    int at = 0;
    do {
      String contestant = at < singles.size() ? singles.get(at) : FuzzCatalogue.any(random);
      check(new FuzzCase(contestant, random.nextInt(), ACTIONS, THREADS, FuzzCase.NONE));
      check(new FuzzCase(contestant, random.nextInt(), ACTIONS, THREADS, FuzzCase.RANDOM));
      if (at % PARALLEL_ONE_IN == 0) {
        playInParallel(contestant, random.nextInt());
      }
      at++;
    } while (Instant.now().isBefore(end));
    report(
        "random programs",
        String.format(
            Locale.ROOT,
            "%d of %d versions with one setting or none, %d with any",
            Math.min(at, singles.size()),
            singles.size(),
            Math.max(0, at - singles.size())));
  }

  private void playInParallel(String text, int seed) throws Exception {
    Contestant contestant = Allocators.parse(text);
    if (!contestant.provider().capabilities().contains(Capability.PARALLEL)
        || Machine.parse("linux").provider().unavailable().isPresent()) {
      return;
    }
    try (AddressSpace space = Machine.parse("linux").open();
        Allocator heap = contestant.open(space)) {
      new ParallelPlay(heap, THREADS, ROUNDS, seed).run();
      programs += THREADS;
    } catch (Exception e) {
      throw new AssertionError(
          String.format(Locale.ROOT, "%s in parallel, programs from seed %d on", text, seed), e);
    }
  }

  /** Every call of every kind, of a short program, for every version. */
  @Test
  @DisabledIfSystemProperty(named = "stress.replay", matches = ".+")
  void behindEveryRefusedCallOfEveryKindTheHeapIsSound() {
    long refused = 0;
    for (AllocatorProvider model : FuzzCatalogue.models()) {
      for (String version : FuzzCatalogue.versions(model)) {
        for (Syscall kind : REFUSABLE) {
          long calls = 1;
          for (long n = 1; n <= calls; n++) {
            String refusal = String.format(Locale.ROOT, "%s:%d", kind.name(), n);
            calls = check(new FuzzCase(version, SEED, SHORT, THREADS, refusal)).calls();
            refused += n <= calls ? 1 : 0;
          }
        }
      }
    }
    assertThat(refused).isPositive();
    report("refused calls", Long.toString(refused));
  }

  private void report(String what, String counted) {
    System.out.printf(
        Locale.ROOT,
        "stress: %s: %s; %d programs of %d actions in all, an audit every %d; seed %d%n",
        what,
        counted,
        programs,
        actions,
        AUDIT_EVERY,
        SEED);
  }
}
