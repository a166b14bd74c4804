package heapstakes.trace.binary;

import heapstakes.trace.Digests;
import heapstakes.trace.Limits;
import heapstakes.trace.Op;
import heapstakes.trace.TraceSummary;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The fixed head and the description of a {@code .hsb} file, version 1, 2 or 3; little-endian.
 * Version 2 is written only where the program moves the break itself, which version 1 cannot say,
 * and version 3 where there are call sites.
 *
 * <pre>
 *   0  8 bytes  89 'H' 'S' 'B' 0D 0A 1A 0A: broken by a transfer that alters line ends
 *   8  u32      version
 *  12  u32      length of this head, 128
 *  16  u64      length of the blocks, which follow the head
 *  24  u64      length of the description, which follows the blocks, of version 3 also those of call
 *               sites, and ends the file
 *  32  u64      events
 *  40  u64      operations
 *  48  u32      slots
 *  52  u32      threads
 *  56  u32      phases
 *  60  u32      libraries that the recorded program loaded with RTLD_DEEPBIND; earlier files have 0
 *  64  32 bytes SHA-256 of the blocks
 *  96  32 bytes SHA-256 of bytes 0 to 95 of the head and of the description
 *
 *      description: u64 peak live blocks, peak requested bytes, live blocks and their bytes at the
 *      end, requested bytes in all; 14 (version 2 on: 15) × u64 events by kind; 49 × u64 requests by magnitude;
 *      threads × u32 thread numbers; phases × (u16 length, UTF-8 name); version 3: {@link HsbSites}
 * </pre>
 *
 * @param blockBytes length of the blocks
 * @param sha256 of the blocks
 * @param deeplyBound as in {@link heapstakes.trace.TraceInfo.Features}
 * @param sites where the calls came from
 */
public record HsbHeader(
    long blockBytes,
    byte[] sha256,
    TraceSummary summary,
    List<Integer> threadIds,
    List<String> phases,
    int deeplyBound,
    HsbSites sites) {

  /** The newest; those before it are read as well. */
  public static final int VERSION = 3;

  /** Length of the head, before the blocks. */
  public static final int HEAD_BYTES = 128;

  private static final byte[] MAGIC = {(byte) 0x89, 'H', 'S', 'B', '\r', '\n', 0x1a, '\n'};
  private static final int DIGESTED_HEAD = 96;
  private static final int SITES_VERSION = 3;
  private static final int VERSION_AT = 8;
  private static final int MAX_DESCRIPTION = 1 << 26;

  /** Whether a file that begins with {@code head} means to be one. */
  public static boolean recognises(byte[] head) {
    // Also one whose line ends were altered, so that the reader can say so.
    return head.length >= 4 && Arrays.equals(head, 0, 4, MAGIC, 0, 4);
  }

  /** How many kinds of events that version knows. */
  private static int kinds(int version) {
    return version == 1 ? Op.BREAK : Op.count();
  }

  private static int fixedDescription(int version) {
    return 8 * (5 + kinds(version) + TraceSummary.MAGNITUDES);
  }

  private int version() {
    if (!sites.isEmpty()) {
      return SITES_VERSION;
    }
    return summary.count(Op.BREAK) == 0 ? 1 : 2;
  }

  /** The description's bytes. */
  byte[] description() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer fixed =
        ByteBuffer.allocate(fixedDescription(version())).order(ByteOrder.LITTLE_ENDIAN);
    fixed.putLong(summary.peakLiveBlocks()).putLong(summary.peakRequestedBytes());
    fixed.putLong(summary.endLiveBlocks()).putLong(summary.endRequestedBytes());
    fixed.putLong(summary.requestedBytes());
    summary.eventsByOp().stream().limit(kinds(version())).forEach(fixed::putLong);
    summary.requestsByMagnitude().forEach(fixed::putLong);
    out.writeBytes(fixed.array());
    ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    threadIds.forEach(id -> out.writeBytes(number.putInt(0, id).array()));
    for (String phase : phases) {
      putName(out, phase);
    }
    if (!sites.isEmpty()) {
      sites.describe(out);
    }
    return out.toByteArray();
  }

  /** Appends a text and, before it, its length. */
  static void putName(ByteArrayOutputStream out, String text) {
    byte[] name = text.getBytes(StandardCharsets.UTF_8);
    out.write(name.length);
    out.write(name.length >>> 8);
    out.writeBytes(name);
  }

  /** The head's bytes for a file that ends in {@code description}. */
  byte[] head(byte[] description) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.put(MAGIC).putInt(version()).putInt(HEAD_BYTES);
    head.putLong(blockBytes).putLong(description.length);
    head.putLong(summary.events()).putLong(summary.operations());
    head.putInt(summary.slots()).putInt(threadIds.size()).putInt(phases.size()).putInt(deeplyBound);
    head.put(sha256);
    head.put(digest(head.array(), description));
    return head.array();
  }

  /** Lower-case hex of the blocks' digest. */
  String digestText() {
    return HexFormat.of().formatHex(sha256);
  }

  /**
   * Length of the description by its head.
   *
   * @throws BlockDecoder.Damage when the head is of no such file, or of another length
   */
  static int descriptionLength(byte[] head, long fileBytes) {
    ByteBuffer in = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new BlockDecoder.Damage(
          "the first 8 bytes are altered, as by a transfer in text mode. Transfer it as binary");
    }
    int version = in.getInt(VERSION_AT);
    if (version < 1 || version > VERSION || in.getInt(12) != HEAD_BYTES) {
      throw new BlockDecoder.Damage(
          String.format(
                  Locale.ROOT,
                  "it is of version %d, and this program reads versions 1 to %d. Use a program that reads it, or",
                  version,
                  VERSION)
              + " import the trace again from its source");
    }
    long blockBytes = in.getLong(16);
    long description = in.getLong(24);
    if (description < fixedDescription(version)
        || description > MAX_DESCRIPTION
        || blockBytes < 0
        || blockBytes > fileBytes
        || HEAD_BYTES + blockBytes + description > fileBytes
        || version < SITES_VERSION && HEAD_BYTES + blockBytes + description != fileBytes) {
      throw new BlockDecoder.Damage(
          String.format(
              Locale.ROOT,
              "it should have %d + %d + %d bytes and has %d. It is cut short or damaged: get it again",
              HEAD_BYTES,
              blockBytes,
              description,
              fileBytes));
    }
    return (int) description;
  }

  /**
   * Reads head and description.
   *
   * @throws BlockDecoder.Damage when they are not what was written
   */
  static HsbHeader parse(byte[] head, byte[] description) {
    if (!MessageDigest.isEqual(
        digest(head, description), Arrays.copyOfRange(head, DIGESTED_HEAD, HEAD_BYTES))) {
      throw new BlockDecoder.Damage(
          "head and description do not have the digest that they say. Get the file again");
    }
    ByteBuffer in = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int version = in.getInt(VERSION_AT);
    int slots = in.getInt(48);
    int threads = in.getInt(52);
    int phases = in.getInt(56);
    int deeplyBound = in.getInt(60);
    ByteBuffer more = ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN);
    if (slots < 1
        || slots > Limits.current().maxSlots()
        || threads < 1
        || phases < 0
        || deeplyBound < 0
        || fixedDescription(version) + 4L * threads + 2L * phases > description.length) {
      throw new BlockDecoder.Damage("its head is contradictory. Import the trace again");
    }
    TraceSummary summary = summary(more, kinds(version), slots, threads, phases);
    List<Integer> threadIds = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      threadIds.add(more.getInt());
    }
    List<String> names = names(more, phases);
    HsbSites sites = version < SITES_VERSION ? HsbSites.NONE : HsbSites.parse(more);
    if (more.hasRemaining()) {
      throw new BlockDecoder.Damage("its description is too long. Import the trace again");
    }
    byte[] sha256 = Arrays.copyOfRange(head, 64, DIGESTED_HEAD);
    HsbHeader header =
        new HsbHeader(
            in.getLong(16), sha256, summary, List.copyOf(threadIds), names, deeplyBound, sites);
    if (summary.events() != in.getLong(32) || summary.operations() != in.getLong(40)) {
      throw new BlockDecoder.Damage("its counts are contradictory. Import the trace again");
    }
    return header;
  }

  private static TraceSummary summary(
      ByteBuffer in, int kinds, int slots, int threads, int phases) {
    long peakBlocks = in.getLong();
    long peakBytes = in.getLong();
    long endBlocks = in.getLong();
    long endBytes = in.getLong();
    long requested = in.getLong();
    List<Long> events = longs(in, kinds);
    events.addAll(Collections.nCopies(Op.count() - kinds, 0L));
    return new TraceSummary(
        events,
        longs(in, TraceSummary.MAGNITUDES),
        requested,
        slots,
        threads,
        phases,
        peakBlocks,
        peakBytes,
        endBlocks,
        endBytes);
  }

  private static List<Long> longs(ByteBuffer in, int count) {
    List<Long> longs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      longs.add(in.getLong());
    }
    return longs;
  }

  private static List<String> names(ByteBuffer in, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(name(in));
    }
    return List.copyOf(names);
  }

  /** Reads what {@link #putName} wrote. */
  static String name(ByteBuffer in) {
    int length = in.remaining() < 2 ? Integer.MAX_VALUE : in.getShort() & 0xffff;
    if (length > in.remaining()) {
      throw new BlockDecoder.Damage("its table of names is cut short. Import the trace again");
    }
    byte[] name = new byte[length];
    in.get(name);
    return new String(name, StandardCharsets.UTF_8);
  }

  private static byte[] digest(byte[] head, byte[] description) {
    MessageDigest digest = Digests.sha256();
    digest.update(head, 0, DIGESTED_HEAD);
    return digest.digest(description);
  }
}
