package heapstakes.workload.synthetic;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;

/**
 * What glibc's benchtests/bench-malloc-thread does: each thread replaces random ones of 1024 blocks
 * by blocks of random sizes, 4 to 32 768 bytes with a density that falls with the square. Offsets
 * and sizes come from the C library's rand, never seeded, hence as after srand(1).
 *
 * <p>Differences: an empty place is not given to free(NULL) first; the threads take turns of
 * {@value #TURN} replacements; the number of operations is fixed, not the time; at the end all is
 * freed.
 */
public final class GlibcBenchThreadProvider extends ScriptedProvider {
  private static final int WORKING_SET = 1024;
  private static final int SIZES = 8000;
  private static final int OFFSETS = 4 * WORKING_SET;
  private static final int TURN = 64;

  /** Listed as a service. */
  public GlibcBenchThreadProvider() {
    super("glibc-bench-thread", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "How does glibc's own malloc-thread benchmark rank the allocators?";
  }

  @Override
  public String summary() {
    return "each of threads replaces random ones of 1024 blocks; glibc's sizes, offsets and seed";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("threads", "1", 1, 1024, "threads that work"),
        Setting.integer("operations", "1000000", 1, 1L << 40, "operations, about"),
        Setting.integer("seed", "1", 1, Integer.MAX_VALUE, "of rand(3)"));
  }

  @Override
  protected int threads(Settings arguments) {
    int workers = (int) arguments.number("threads");
    return workers == 1 ? 1 : workers + 1;
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return List.of("loaded", "drained");
  }

  @Override
  protected Script script(Settings arguments) {
    int workers = (int) arguments.number("threads");
    long turns = Math.ceilDiv(arguments.number("operations"), 2L * TURN * workers);
    Draws draws = new Draws(new GlibcRandom((int) arguments.number("seed")));
    boolean[] filled = new boolean[workers * WORKING_SET];
    int first = workers == 1 ? 0 : 1;
    return new Script(
        repeat(first + workers, (batch, i) -> batch.add(Op.THREAD, (int) i, 0, 0)),
        repeat(
            turns * TURN * workers,
            (batch, i) -> {
              int worker = (int) (i / TURN % workers);
              if (i % TURN == 0) {
                batch.add(Op.THREAD, first + worker, 0, 0);
              }
              long own = i / TURN / workers * TURN + i % TURN;
              int slot = worker * WORKING_SET + draws.offset(own);
              if (filled[slot]) {
                batch.add(Op.FREE, slot, 0, 0);
              }
              filled[slot] = true;
              batch.add(Op.MALLOC, slot, draws.size(own), 0);
            }),
        mark(0),
        repeat(
            filled.length,
            (batch, i) -> {
              if (i % WORKING_SET == 0) {
                batch.add(Op.THREAD, first + (int) (i / WORKING_SET), 0, 0);
              }
              if (filled[(int) i]) {
                batch.add(Op.FREE, (int) i, 0, 0);
              }
            }),
        mark(1));
  }

  /** Tables of sizes and offsets, drawn in that order; threads begin at the second of each. */
  static final class Draws {
    private final int[] sizes = new int[SIZES];
    private final int[] offsets = new int[OFFSETS];

    Draws(GlibcRandom random) {
      for (int i = 0; i < SIZES; i++) {
        sizes[i] = size(random.next());
      }
      for (int i = 0; i < OFFSETS; i++) {
        offsets[i] = random.next() % WORKING_SET;
      }
    }

    /** Inverse of the distribution function, in single precision as there. */
    private static int size(int random) {
      float atMin = 1 / 4f;
      float atMax = 1 / 32_768f;
      float share = (float) random / (float) GlibcRandom.MAX;
      return (int) (1 / ((atMax - atMin) * share + atMin));
    }

    /** Size in replacement {@code i} of a thread. */
    int size(long i) {
      return sizes[(int) ((i + 1) % SIZES)];
    }

    /** Place in replacement {@code i} of a thread. */
    int offset(long i) {
      return offsets[(int) ((i + 1) % OFFSETS)];
    }
  }
}
