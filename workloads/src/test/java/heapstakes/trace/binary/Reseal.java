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
   * @param change of its blocks, those of call sites included; keeps their length
   */
  public static byte[] of(byte[] source, UnaryOperator<byte[]> change) {
    int description = (int) BlockLayout.getLong(source, 24);
    int blocksEnd = source.length - description;
    byte[] all = change.apply(Arrays.copyOfRange(source, HsbHeader.HEAD_BYTES, blocksEnd));
    byte[] head = Arrays.copyOf(source, HsbHeader.HEAD_BYTES);
    HsbHeader header = HsbHeader.parse(head, Arrays.copyOfRange(source, blocksEnd, source.length));
    byte[] blocks = Arrays.copyOf(all, (int) header.blockBytes());
    byte[] sites = Arrays.copyOfRange(all, blocks.length, all.length);
    HsbHeader resealed =
        new HsbHeader(
            blocks.length,
            Digests.sha256().digest(blocks),
            header.summary(),
            header.threadIds(),
            header.phases(),
            header.deeplyBound(),
            new HsbSites(header.sites().table(), sites.length, Digests.sha256().digest(sites)));
    byte[] bytes = source.clone();
    byte[] end = resealed.description();
    System.arraycopy(resealed.head(end), 0, bytes, 0, head.length);
    System.arraycopy(all, 0, bytes, head.length, all.length);
    System.arraycopy(end, 0, bytes, blocksEnd, end.length);
    return bytes;
  }
}
