package heapstakes.trace.binary;

import heapstakes.trace.CallSites;
import heapstakes.trace.Digests;
import heapstakes.trace.EventBatch;
import heapstakes.trace.Limits;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceCursor;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.TraceValidator;
import heapstakes.trace.io.FileNames;
import heapstakes.trace.io.MappedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;

/** A {@code .hsb} file, mapped; decoded block by block as cursors go. */
public final class HsbTrace implements Trace {
  private static final int DIGEST_CHUNK = 1 << 16;

  private final Path file;
  private final MappedFile bytes;
  private final HsbHeader header;
  private final TraceInfo info;

  private HsbTrace(Path file, String name, MappedFile bytes, HsbHeader header) {
    this.file = file;
    this.bytes = bytes;
    this.header = header;
    info =
        header
            .summary()
            .info(
                name,
                header.digestText(),
                header.threadIds(),
                header.phases(),
                header.deeplyBound());
  }

  /**
   * Opens a file by its head alone, which takes no time: enough to describe it. A {@link #open}
   * cursor checks what it decodes, but not that blocks are freed once only.
   *
   * @throws TraceException when head or length are wrong
   */
  public static HsbTrace describe(Path file) {
    return describe(file, FileNames.withoutSuffixes(file));
  }

  /** As {@link #describe(Path)}, for a trace called {@code name}. */
  public static HsbTrace describe(Path file, String name) {
    try {
      MappedFile bytes = new MappedFile(file);
      byte[] head = new byte[HsbHeader.HEAD_BYTES];
      if (bytes.length() < head.length) {
        throw damaged(
            file,
            0,
            String.format(Locale.ROOT, "it has %d bytes, fewer than its head", bytes.length()));
      }
      bytes.read(0, head, head.length);
      byte[] description = new byte[HsbHeader.descriptionLength(head, bytes.length())];
      bytes.read(bytes.length() - description.length, description, description.length);
      HsbHeader header = HsbHeader.parse(head, description);
      long expected = HsbHeader.HEAD_BYTES + header.blockBytes() + header.sites().bytes();
      if (expected + description.length != bytes.length()) {
        throw damaged(
            file, expected, "its call sites are cut short or damaged. Get the file again");
      }
      return new HsbTrace(file, name, bytes, header);
    } catch (BlockDecoder.Damage damage) {
      throw damaged(file, 0, damage.why());
    } catch (NoSuchFileException e) {
      throw new TraceException(
          String.format(Locale.ROOT, "%s does not exist. Correct the path.", file), e);
    } catch (IOException e) {
      throw new TraceException(String.format(Locale.ROOT, "%s cannot be read: %s.", file, e), e);
    }
  }

  /**
   * Opens a file after a pass over it: its digest is right and its events are valid.
   *
   * @throws TraceException when they are not
   */
  public static HsbTrace validated(Path file) {
    return validated(file, FileNames.withoutSuffixes(file));
  }

  /** As {@link #validated(Path)}, for a trace called {@code name}. */
  public static HsbTrace validated(Path file, String name) {
    HsbTrace trace = describe(file, name);
    trace.requireDigest();
    trace.requireValid();
    return trace;
  }

  @Override
  public TraceInfo info() {
    return info;
  }

  /** The file that is mapped. */
  public Path file() {
    return file;
  }

  /** What was counted when the file was written. */
  public TraceSummary summary() {
    return header.summary();
  }

  /** Length of the coded events in bytes. */
  public long codedBytes() {
    return header.blockBytes();
  }

  @Override
  public CallSites callSites() {
    return header.sites().table();
  }

  @Override
  public TraceCursor open() {
    return new Cursor();
  }

  private void requireDigest() {
    long end = HsbHeader.HEAD_BYTES + header.blockBytes();
    requireDigest("events", HsbHeader.HEAD_BYTES, end, header.sha256());
    if (!header.sites().isEmpty()) {
      requireDigest("call sites", end, end + header.sites().bytes(), header.sites().sha256());
    }
  }

  private void requireDigest(String what, long from, long end, byte[] expected) {
    MessageDigest digest = Digests.sha256();
    byte[] chunk = new byte[DIGEST_CHUNK];
    for (long at = from; at < end; at += chunk.length) {
      int count = (int) Math.min(chunk.length, end - at);
      bytes.read(at, chunk, count);
      digest.update(chunk, 0, count);
    }
    if (!MessageDigest.isEqual(digest.digest(), expected)) {
      throw damaged(
          file,
          from,
          "its "
              + what
              + " do not have the digest of its head: a bit flipped or a part is missing. Get"
              + " the file again");
    }
  }

  private void requireValid() {
    TraceValidator validator = new TraceValidator(Limits.current());
    try (Cursor cursor = new Cursor()) {
      EventBatch batch = new EventBatch(0);
      while (cursor.next(batch)) {
        validator.accept(batch, cursor);
      }
    }
    if (!validator.summary().equals(header.summary())) {
      throw damaged(
          file, 0, "its events are not those that its head counts. Import the trace again");
    }
  }

  private static TraceException damaged(Path file, long at, String why) {
    return new TraceException(String.format(Locale.ROOT, "%s, byte %d: %s.", file, at, why));
  }

  private final class Cursor implements TraceCursor, TraceValidator.Place {
    private final byte[] block = new byte[BlockLayout.MAX_BYTES + BlockDecoder.SLACK];
    private final BlockDecoder decoder = new BlockDecoder(info.slots());
    private final EventBatch own = new EventBatch(BlockLayout.EVENTS);
    private final long end = HsbHeader.HEAD_BYTES + header.blockBytes();
    private final SiteBlocks sites = new SiteBlocks();
    private long position = HsbHeader.HEAD_BYTES;
    private long sitePosition = end;
    private long start;

    Cursor() {
      if (!header.sites().isEmpty()) {
        own.site = new int[BlockLayout.EVENTS];
      }
    }

    @Override
    public boolean next(EventBatch batch) {
      if (position == end) {
        return false;
      }
      start = position;
      int length = load();
      try {
        decoder.decode(block, length, own);
        if (own.site.length > 0) {
          loadSites();
        }
      } catch (BlockDecoder.Damage damage) {
        throw unusable(damage.why());
      }
      position += length;
      batch.op = own.op;
      batch.slot = own.slot;
      batch.size = own.size;
      batch.extra = own.extra;
      batch.site = own.site;
      batch.from = 0;
      batch.to = own.to;
      return true;
    }

    private void loadSites() {
      long left = end + header.sites().bytes() - sitePosition;
      byte[] block = sites.bytes();
      bytes.read(sitePosition, block, (int) Math.min(left, SiteBlocks.HEADER_BYTES));
      int length = sites.length();
      if (length < SiteBlocks.HEADER_BYTES || length > Math.min(left, SiteBlocks.MAX_BYTES)) {
        throw new BlockDecoder.Damage("its call sites are cut short");
      }
      bytes.read(sitePosition, block, length);
      sites.decode(own.site, own.to, header.sites().table().count());
      sitePosition += length;
    }

    private int load() {
      if (end - position < BlockLayout.HEADER_BYTES) {
        throw unusable("it is cut short");
      }
      bytes.read(position, block, BlockLayout.HEADER_BYTES);
      int length = BlockLayout.getInt(block, BlockLayout.LENGTH);
      if (length < BlockLayout.HEADER_BYTES
          || length > BlockLayout.MAX_BYTES
          || length > end - position) {
        throw unusable(String.format(Locale.ROOT, "it says that it has %d bytes", length));
      }
      bytes.read(position, block, length);
      Arrays.fill(block, length, length + BlockDecoder.SLACK, (byte) 0);
      return length;
    }

    private TraceException unusable(String why) {
      return damaged(
          file,
          start,
          String.format(
                  Locale.ROOT,
                  "the block that begins here is unusable: %s. Get the file again, or import the trace again",
                  why)
              + " from its source");
    }

    @Override
    public String at(int index) {
      return String.format(Locale.ROOT, "%s, byte %d", file, start);
    }

    @Override
    public int threadId(int number) {
      return number < info.threads() ? info.threadIds().get(number) : number;
    }

    @Override
    public void close() {
      // The mapping goes with the trace.
    }
  }
}
