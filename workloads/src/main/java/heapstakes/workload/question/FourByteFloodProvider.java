package heapstakes.workload.question;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Digests;
import heapstakes.trace.EventBatch;
import heapstakes.trace.GeneratedTrace;
import heapstakes.trace.Op;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceInfo;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.script.Generator;
import heapstakes.workload.script.Synthetic;
import java.util.List;

/** Very many very small blocks, then none: the classic of the seed discussions. */
public final class FourByteFloodProvider implements WorkloadProvider {
  private static final int VERSION = 1;
  private static final List<String> PHASES = List.of("allocated", "freed", "trimmed");
  private static final String FORWARD = "forward";
  private static final String REVERSE = "reverse";
  private static final String EVEN_ODD = "even-odd";

  @Override
  public String name() {
    return "four-byte-flood";
  }

  @Override
  public Group group() {
    return Group.QUESTION;
  }

  @Override
  public String question() {
    return "Why does memory stay up after free?";
  }

  @Override
  public String summary() {
    return "n × malloc(size), then frees all in the given order; n=268435456 is the full one";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.integer("n", "10000000", 1, 1 << 30, "blocks"),
        Setting.choice("order", List.of(FORWARD, REVERSE, EVEN_ODD), "which are freed first"),
        Setting.size("size", "4", 0, 1L << 40, "bytes of each block"),
        Setting.choice("trim", List.of("no", "yes"), "whether malloc_trim(0) follows"));
  }

  @Override
  public Trace trace(Settings arguments) {
    int blocks = (int) arguments.number("n");
    long size = arguments.number("size");
    String order = arguments.text("order");
    int trims = arguments.text("trim").equals("yes") ? 1 : 0;
    List<String> phases = PHASES.subList(0, 2 + trims);
    TraceInfo info =
        new TraceInfo(
            Synthetic.title(this, arguments),
            Digests.sha256(Synthetic.specification(this, arguments, VERSION)),
            2L * blocks + trims,
            2L * blocks + trims + phases.size(),
            blocks,
            List.of(0),
            phases,
            blocks,
            blocks * size,
            TraceInfo.Features.PLAIN);
    return GeneratedTrace.known(info, () -> new Flood(blocks, size, order, trims));
  }

  /** Counts events, and nothing else. */
  private static final class Flood extends Generator {
    private final int blocks;
    private final long size;
    private final String order;
    private final long last; // event
    private long event;

    Flood(int blocks, long size, String order, int trims) {
      this.blocks = blocks;
      this.size = size;
      this.order = order;
      this.last = 2L * blocks + 2 + 2 * trims;
    }

    @Override
    protected void fill(EventBatch batch) {
      while (event < blocks && batch.to < batch.capacity()) {
        batch.add(Op.MALLOC, (int) event++, size, 0);
      }
      if (event == blocks && batch.to < batch.capacity()) {
        batch.add(Op.PHASE, 0, 0, 0);
        event++;
      }
      while (event > blocks && event <= 2L * blocks && batch.to < batch.capacity()) {
        batch.add(Op.FREE, victim((int) (event++ - blocks - 1)), 0, 0);
      }
      for (; event > 2L * blocks && event < last && batch.to < batch.capacity(); event++) {
        switch ((int) (event - 2L * blocks)) {
          case 1 -> batch.add(Op.PHASE, 1, 0, 0);
          case 2 -> batch.add(Op.TRIM, 0, 0, 0);
          default -> batch.add(Op.PHASE, 2, 0, 0);
        }
      }
    }

    /** The block that is freed as number {@code i}. */
    private int victim(int i) {
      return switch (order) {
        case REVERSE -> blocks - 1 - i;
        case EVEN_ODD -> {
          int even = (blocks + 1) / 2;
          yield i < even ? 2 * i : 2 * (i - even) + 1;
        }
        default -> i;
      };
    }
  }
}
