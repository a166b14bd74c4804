package heapstakes.allocator.kit;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.FailingSpace;
import heapstakes.allocator.HeapCorruptedException;
import heapstakes.memory.SegmentationFault;
import heapstakes.os.AddressSpace;
import heapstakes.os.Machine;
import heapstakes.os.Syscall;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A random program for one contestant on simulated memory. Its text says all of it, so that whoever
 * has the text can run it again.
 *
 * @param contestant as on the command line
 * @param seed of the program, and of what is refused at random
 * @param actions of the program
 * @param threads that take turns in it
 * @param refusal what the kernel refuses: {@code none}, {@code random} for three calls of four once
 *     the heap is open, or {@code KIND:N} for the N-th call of a kind
 */
public record FuzzCase(String contestant, long seed, int actions, int threads, String refusal) {
  /** Nothing is refused. */
  public static final String NONE = "none";

  /** Three calls of four are refused. */
  public static final String RANDOM = "random";

  private static final Pattern TEXT =
      Pattern.compile(
          "(?<contestant>\\S+) seed=(?<seed>-?\\d+) actions=(?<actions>\\d+)"
              + " threads=(?<threads>\\d+) refusal=(?<refusal>none|random|[A-Z]+:\\d+)");

  /** How libraries end when they have no memory for themselves: {@code verify --refuse}. */
  private static final Pattern OWN_END =
      Pattern.compile(
          "Out of memory|Cannot allocate memory|malloc assertion failure in sysmalloc"
              + "|there is no (arena|cache) for this thread");

  /** Reads what {@link #toString} writes. */
  public static FuzzCase parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not of the form " + TEXT);
    }
    return new FuzzCase(
        matcher.group("contestant"),
        Long.parseLong(matcher.group("seed")),
        Integer.parseInt(matcher.group("actions")),
        Integer.parseInt(matcher.group("threads")),
        matcher.group("refusal"));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s seed=%d actions=%d threads=%d refusal=%s",
        contestant,
        seed,
        actions,
        threads,
        refusal);
  }

  /** The program. */
  public List<Action> program() {
    return RandomActions.of(seed, actions, threads);
  }

  /** How it ended, and how many of the calls that it may refuse there were. */
  public record Outcome(Optional<Throwable> failure, long calls) {}

  /**
   * Runs {@code program}, audits the heap as it goes, and frees what is left.
   *
   * @param auditEvery so many actions
   */
  public Outcome run(List<Action> program, int auditEvery) {
    try (AddressSpace process = Machine.parse("simulated").open()) {
      FailingSpace space = failing(process);
      return new Outcome(failure(program, auditEvery, space), space.calls());
    }
  }

  private Optional<Throwable> failure(List<Action> program, int auditEvery, FailingSpace space) {
    try (Allocator heap = Allocators.parse(contestant).open(space)) {
      Play play = new Play(heap, space);
      if (refusal.equals(RANDOM)) { // from here on: few libraries start without memory
        Random random = new Random(seed);
        space.refuses = call -> random.nextInt(4) != 0;
      }
      play.run(program, auditEvery);
      play.finish();
      return Optional.empty();
    } catch (HeapCorruptedException | SegmentationFault e) {
      boolean own = !refusal.equals(NONE) && OWN_END.matcher(String.valueOf(e.getMessage())).find();
      return own ? Optional.empty() : Optional.of(e);
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(e);
    }
  }

  private FailingSpace failing(AddressSpace process) {
    FailingSpace space = new FailingSpace(process);
    if (refusal.contains(":")) {
      String[] parts = refusal.split(":", -1);
      long number = Long.parseLong(parts[1]);
      space.refusing(EnumSet.of(Syscall.valueOf(parts[0])), number, number);
    }
    return space;
  }

  /** The least part of the program that still fails. */
  public List<Action> shrunk(int auditEvery) {
    return Shrinking.of(program(), part -> run(part, auditEvery).failure().isPresent());
  }
}
