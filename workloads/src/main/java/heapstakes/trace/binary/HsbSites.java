package heapstakes.trace.binary;

import heapstakes.trace.CallSites;
import heapstakes.trace.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Call sites in a {@code .hsb} file, from version 3 on: the end of the description.
 *
 * <pre>
 *   u64 length of the blocks of call sites ({@link SiteBlocks}), which lie between the blocks of
 *   events and the description; 32 bytes SHA-256 of them; u32 labels; u32 sites;
 *   labels × (u16 length, UTF-8); sites × (u32 label, u32 caller: a site before it, or 0)
 * </pre>
 *
 * @param table what the numbers in the blocks mean
 * @param bytes length of the blocks
 * @param sha256 of the blocks
 */
record HsbSites(CallSites table, long bytes, byte[] sha256) {
  private static final int DIGEST_BYTES = 32;
  private static final int FIXED_BYTES = 8 + DIGEST_BYTES + 8;

  /** Of a trace without call sites. */
  static final HsbSites NONE = new HsbSites(CallSites.NONE, 0, new byte[DIGEST_BYTES]);

  /** Whether there are none. */
  boolean isEmpty() {
    return table.count() == 0;
  }

  /** Appends the part of the description. */
  void describe(ByteArrayOutputStream out) {
    List<String> labels = table.labels();
    out.writeBytes(
        little(FIXED_BYTES)
            .putLong(bytes)
            .put(sha256)
            .putInt(labels.size())
            .putInt(table.count())
            .array());
    for (String label : labels) {
      HsbHeader.putName(out, label);
    }
    ByteBuffer sites = little(8 * table.count());
    for (int site = 1; site <= table.count(); site++) {
      sites.putInt(table.labelNumber(site)).putInt(table.caller(site));
    }
    out.writeBytes(sites.array());
  }

  /**
   * Reads what {@link #describe} wrote.
   *
   * @throws BlockDecoder.Damage when it is something else
   */
  static HsbSites parse(ByteBuffer in) {
    if (in.remaining() < FIXED_BYTES) {
      throw damage();
    }
    long bytes = in.getLong();
    byte[] sha256 = new byte[DIGEST_BYTES];
    in.get(sha256);
    int labels = in.getInt();
    int sites = in.getInt();
    if (bytes < 0 || labels < 0 || sites < 1 || 2L * labels + 8L * sites > in.remaining()) {
      throw damage();
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < labels; i++) {
      names.add(HsbHeader.name(in));
    }
    if (in.remaining() < 8L * sites) {
      throw damage();
    }
    CallSites.Builder table = new CallSites.Builder(Limits.current());
    for (int site = 1; site <= sites; site++) {
      int label = in.getInt();
      int caller = in.getInt();
      if (label < 0 || label >= labels || number(table, caller, names.get(label)) != site) {
        throw damage();
      }
    }
    return new HsbSites(table.build(), bytes, sha256);
  }

  private static int number(CallSites.Builder table, int caller, String label) {
    try {
      return table.site(caller, label);
    } catch (IllegalArgumentException wrong) {
      throw new BlockDecoder.Damage(
          "its table of call sites is wrong: "
              + String.valueOf(wrong.getMessage()).replaceAll("\\.$", ""));
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static BlockDecoder.Damage damage() {
    return new BlockDecoder.Damage("its table of call sites is damaged. Import the trace again");
  }
}
