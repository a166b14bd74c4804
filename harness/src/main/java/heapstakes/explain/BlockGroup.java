package heapstakes.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Live blocks that have something in common.
 *
 * @param by what: size, age, mark, thread, call site
 * @param name of the group
 * @param blocks how many
 * @param bytes asked for by them
 * @param heldBytes empty bytes that they keep from going, shared with others that keep the same
 * @param aloneBytes empty bytes that one block alone keeps
 */
public record BlockGroup(
    String by, String name, long blocks, long bytes, long heldBytes, long aloneBytes) {

  /** Groups what is live; the group that keeps most comes first. */
  static List<BlockGroup> of(String by, Upkeep upkeep, Function<HeldBlock, String> name) {
    Map<String, Sum> sums = new LinkedHashMap<>();
    List<HeldBlock> blocks = upkeep.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      Sum sum = sums.computeIfAbsent(name.apply(blocks.get(i)), n -> new Sum());
      sum.blocks++;
      sum.bytes += blocks.get(i).size();
      sum.held += upkeep.held(i);
      sum.alone += upkeep.alone(i);
    }
    List<BlockGroup> groups = new ArrayList<>();
    sums.forEach((group, sum) ->
        groups.add(
            new BlockGroup(
                by, group, sum.blocks, sum.bytes, Math.round(sum.held), Math.round(sum.alone))));
    groups.sort(
        Comparator.comparingLong(BlockGroup::heldBytes)
            .reversed()
            .thenComparing(Comparator.comparingLong(BlockGroup::bytes).reversed()));
    return groups;
  }

  private static final class Sum {
    long blocks;
    long bytes;
    double held;
    double alone;
  }
}
