package heapstakes.trace.binary;

import heapstakes.trace.Digests;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Changes blocks of a binary trace and gives it the digest that they have then. */
public final class Reseal {
  private Reseal() {}

  /**
   * A file of the same length.
   *
   * @param source a valid file
   * @param change of its blocks; keeps their length
   */
  public static byte[] of(byte[] source, UnaryOperator<byte[]> change) {
    int description = (int) BlockLayout.getLong(source, 24);
    int blocksEnd = source.length - description;
    byte[] blocks = change.apply(Arrays.copyOfRange(source, HsbHeader.HEAD_BYTES, blocksEnd));
    byte[] head = Arrays.copyOf(source, HsbHeader.HEAD_BYTES);
    HsbHeader header = HsbHeader.parse(head, Arrays.copyOfRange(source, blocksEnd, source.length));
    HsbHeader resealed =
        new HsbHeader(
            blocks.length,
            Digests.sha256().digest(blocks),
            header.summary(),
            header.threadIds(),
            header.phases(),
            header.deeplyBound());
    byte[] bytes = source.clone();
    System.arraycopy(resealed.head(resealed.description()), 0, bytes, 0, head.length);
    System.arraycopy(blocks, 0, bytes, head.length, blocks.length);
    return bytes;
  }
}
