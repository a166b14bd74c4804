package heapstakes.workload.synthetic;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.repeat;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import heapstakes.workload.script.Synthetic;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The worst for allocators that serve each size from superblocks (slabs, spans, runs) of their own:
 * of each size, blocks are allocated that fill their superblocks, and one in each is kept. A
 * superblock with one live block cannot be given back, nor serve another size, so what stays
 * resident is the number of kept blocks times the superblock: superblock / size times what is live.
 */
public final class SuperblockWorstProvider extends ScriptedProvider {
  /** Listed as a service. */
  public SuperblockWorstProvider() {
    super("superblock-worst", Group.SYNTHETIC);
  }

  @Override
  public String question() {
    return "What do size classes cost when one block of each slab lives on?";
  }

  @Override
  public String summary() {
    return "bytes in blocks of size, 2 × size …: all but one in each superblock are freed; then"
        + " trims";
  }

  @Override
  public List<Setting> parameters() {
    return List.of(
        Setting.size("size", "16", 1, 1L << 20, "bytes of the first blocks"),
        Setting.integer("sizes", "4", 1, 20, "how many sizes, each twice the one before"),
        Setting.size("superblock", "16K", 1, 1L << 30, "keeps one block in so many bytes"),
        Setting.size("bytes", "8M", 1, 1L << 36, "bytes asked for in each size"));
  }

  @Override
  protected List<String> phases(Settings arguments) {
    long size = arguments.number("size");
    return Stream.concat(
            IntStream.range(0, (int) arguments.number("sizes"))
                .mapToObj(i -> Settings.formatSize(size << i))
                .flatMap(s -> Stream.of(s + " filled", s + " thinned")),
            Stream.of("trimmed"))
        .toList();
  }

  @Override
  protected Script script(Settings arguments) {
    long size = arguments.number("size");
    int sizes = (int) arguments.number("sizes");
    long superblock = arguments.number("superblock");
    long bytes = arguments.number("bytes");
    long largest = size << sizes - 1;
    Synthetic.require(
        largest <= superblock && superblock <= bytes,
        this,
        String.format(
            Locale.ROOT,
            "of %d ≤ %d ≤ %d, the largest size, superblock and bytes, one does not hold. Correct them.",
            largest,
            superblock,
            bytes));
    return new Script(
        Script.each(sizes, i -> size(i, sizes, size << i, superblock, bytes)),
        Script.trim(),
        mark(2 * sizes));
  }

  /** Slots of a size are those that are {@code number} modulo {@code sizes}. */
  private static Script.Part size(int number, int sizes, long size, long superblock, long bytes) {
    long blocks = bytes / size;
    long whole = superblock / size;
    return Script.all(
        repeat(blocks, (batch, i) -> batch.add(Op.MALLOC, slot(number, sizes, i), size, 0)),
        mark(2 * number),
        repeat(
            blocks,
            (batch, i) -> {
              if (i % whole != whole / 2) {
                batch.add(Op.FREE, slot(number, sizes, i), 0, 0);
              }
            }),
        mark(2 * number + 1));
  }

  private static int slot(int number, int sizes, long i) {
    return (int) (i * sizes + number);
  }
}
