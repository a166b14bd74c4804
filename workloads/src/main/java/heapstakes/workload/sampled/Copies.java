package heapstakes.workload.sampled;

import heapstakes.trace.TraceException;
import heapstakes.trace.TraceSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The blocks of a generated trace: of each sampled one as many copies as it stands for. Sampled
 * blocks of about one size and lifetime, by the same threads, are a class. Copies are born evenly
 * between the middles of the way to the class's neighbours in time, and live as long as straight
 * lines between the lifetimes of these say. So a queue's blocks all live equally long, those that
 * are freed together are freed together, and those of a stack in the opposite order.
 */
final class Copies {
  /** Copies are born at most so many samples of any class away. */
  private static final int REACH = 32;

  /** Of so many samples of a class's run the distance is the mean of. */
  private static final int RUN = 4;

  /** By chance samples are so many mean distances apart once in e^4 times, 2 %. */
  private static final double MOST_GAPS = 4;

  /** Parts of an operation's time. */
  private static final int TICKS = 16;

  private static final int ID_BITS = 28;
  private static final int MOST = 1 << ID_BITS - 1;

  /** Parts of a power of two that sizes are told apart by. */
  private static final int SIZE_PARTS = 8;

  private final SampledRecording recording;
  private final List<SampledBlock> blocks;
  private final double[] weights;
  private final int[] firstCopy;

  /** Sampled blocks whose end is a resize that was sampled too, both surely. */
  private final BitSet resizedOn = new BitSet();

  private int[] sampled = new int[1024];
  private int[] resized = new int[1024];
  private long[] keys = new long[2048];
  private int count;
  private int events;

  private record Kind(long size, int lifetime, int thread, int freeingThread) {}

  private Copies(SampledRecording recording) {
    this.recording = recording;
    blocks = recording.blocks();
    weights = Weights.of(recording);
    firstCopy = new int[blocks.size()];
    for (int i = 0; i < weights.length; i++) {
      int before = blocks.get(i).previous();
      if (before >= 0 && weights[i] <= Weights.SURE && weights[before] <= Weights.SURE) {
        resizedOn.set(before);
      }
    }
  }

  static Copies of(SampledRecording recording) {
    Copies copies = new Copies(recording);
    copies.make();
    return copies;
  }

  int count() {
    return count;
  }

  int events() {
    return events;
  }

  /** The program's operation at whose time event number {@code event} is. */
  long operation(int event) {
    return (keys[event] >>> ID_BITS) / TICKS;
  }

  int copy(int event) {
    return (int) (keys[event] & (1 << ID_BITS) - 1) >>> 1;
  }

  boolean isDeath(int event) {
    return (keys[event] & 1) != 0;
  }

  /** Which sampled block it is a copy of. */
  int sampled(int copy) {
    return sampled[copy];
  }

  /** The copy that is resized to this one; -1 if there is none. */
  int resized(int copy) {
    return resized[copy];
  }

  private void make() {
    Map<Kind, List<Integer>> classes = new LinkedHashMap<>();
    for (int i = 0; i < blocks.size(); i++) {
      classes.computeIfAbsent(kind(blocks.get(i)), k -> new ArrayList<>()).add(i);
    }
    classes.values().forEach(this::copyClass);
    for (int copy = 0; copy < count; copy++) {
      // Until here it is the sampled block: its copy may have been made later.
      resized[copy] = resized[copy] < 0 ? -1 : firstCopy[resized[copy]];
    }
    Arrays.sort(keys, 0, events);
  }

  private static Kind kind(SampledBlock block) {
    long unit = Math.max(1, Long.highestOneBit(Math.max(1, block.size())) / SIZE_PARTS);
    int lifetime = block.hasDied() ? TraceSummary.magnitude(block.death() - block.birth()) / 2 : -1;
    return new Kind(block.size() / unit * unit, lifetime, block.thread(), block.freeingThread());
  }

  private void copyClass(List<Integer> members) {
    double due = 0.5;
    for (int i = 0; i < members.size(); i++) {
      int of = members.get(i);
      due += weights[of];
      if (weights[of] <= Weights.SURE) {
        copyOnce(of);
        due--;
      }
      int now = (int) due;
      due -= now;
      if (now > 0) {
        spread(
            of,
            members.get(Math.max(0, i - 1)),
            members.get(Math.min(members.size() - 1, i + 1)),
            new Bounds(ofRun(members, i, -1), ofRun(members, i, 1)),
            now);
      }
    }
  }

  /** One that was all but sure to be sampled is what it was, resizes included. */
  private void copyOnce(int of) {
    SampledBlock block = blocks.get(of);
    int copy = add(of);
    firstCopy[of] = copy;
    int before = block.previous();
    if (before >= 0 && weights[before] <= Weights.SURE) {
      resized[copy] = before;
    }
    born(copy, block.birth(), block.hasDied() && !resizedOn.get(of) ? block.death() : -1);
  }

  /**
   * How far copies go at most.
   *
   * @param earlier where a run of samples begins with this one: by those behind it
   * @param later where one ends: by those before it
   */
  private record Bounds(double earlier, double later) {}

  /**
   * A run of requests ends soon behind its last sample, however far the next run is: after so many
   * times the mean distance of the samples on the other side, of which there are to be two.
   */
  private double ofRun(List<Integer> members, int i, int way) {
    int other = Math.clamp(i - (long) way * RUN, 0, members.size() - 1);
    int gaps = Math.abs(other - i);
    if (gaps < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double apart = blocks.get(members.get(i)).birth() - blocks.get(members.get(other)).birth();
    return Math.max(1, MOST_GAPS * Math.abs(apart) / gaps);
  }

  private void spread(int of, int earlier, int later, Bounds bounds, int copies) {
    SampledBlock block = blocks.get(of);
    double from = middle(of, earlier, Math.max(0, of - REACH));
    double to = middle(of, later, Math.min(blocks.size() - 1, of + REACH));
    from = Math.max(from, block.birth() - bounds.earlier());
    to = Math.min(to, block.birth() + bounds.later());
    if (earlier == of) {
      from = Math.max(0, block.birth() - (to - block.birth()));
    }
    if (later == of) {
      to = Math.min(recording.operations(), block.birth() + (block.birth() - from));
    }
    for (int j = 0; j < copies; j++) {
      double birth = from + (to - from) * (j + 0.5) / copies;
      SampledBlock neighbour = blocks.get(birth < block.birth() ? earlier : later);
      double death = block.hasDied() ? birth + lifetime(block, neighbour, birth) : -1;
      born(add(of), birth, death);
    }
  }

  /** Half the way to the neighbour, and no farther than to the middle of the reach. */
  private double middle(int of, int neighbour, int limit) {
    double birth = blocks.get(of).birth();
    double half = (blocks.get(neighbour).birth() - birth) / 2;
    double most = (blocks.get(limit).birth() - birth) / 2.0;
    return birth + (Math.abs(half) > Math.abs(most) ? most : half);
  }

  private double lifetime(SampledBlock block, SampledBlock neighbour, double birth) {
    double own = block.death() - block.birth();
    long apart = neighbour.birth() - block.birth();
    if (apart == 0) {
      return own;
    }
    double other = neighbour.death() - neighbour.birth();
    return Math.max(0, own + (other - own) * (birth - block.birth()) / apart);
  }

  private int add(int of) {
    if (count == MOST) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s stands for more than %d blocks, more than can be generated.",
              recording.name(),
              MOST));
    }
    if (count == sampled.length) {
      sampled = Arrays.copyOf(sampled, 2 * count);
      resized = Arrays.copyOf(resized, 2 * count);
    }
    sampled[count] = of;
    resized[count] = -1;
    return count++;
  }

  private void born(int copy, double birth, double death) {
    if (events + 2 > keys.length) {
      keys = Arrays.copyOf(keys, 2 * keys.length);
    }
    long at = Math.round(birth * TICKS);
    keys[events++] = at << ID_BITS | (long) copy << 1;
    if (death >= 0) {
      long end = Math.min(Math.round(death * TICKS), recording.operations() * TICKS);
      keys[events++] = Math.max(end, at + 1) << ID_BITS | (long) copy << 1 | 1;
    }
  }
}
