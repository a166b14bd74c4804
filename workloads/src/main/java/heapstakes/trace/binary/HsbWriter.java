package heapstakes.trace.binary;

import heapstakes.trace.CallSites;
import heapstakes.trace.Digests;
import heapstakes.trace.EventBatch;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceSummary;
import heapstakes.trace.io.UnfinishedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@code .hsb} file, a block at a time. The file appears under its name when {@link
 * #finish} is done, complete and on the disk, or not at all.
 */
public final class HsbWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final UnfinishedFile file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES + BlockLayout.MAX_BYTES);
  private final BlockEncoder encoder = new BlockEncoder();
  private final EventBatch pending = new EventBatch(BlockLayout.EVENTS);
  private final MessageDigest digest = Digests.sha256();
  private long blockBytes;
  private long blocks;
  private @Nullable SiteSection sites;

  /**
   * Begins a file that appears under its name when it is finished.
   *
   * @throws TraceException when there is no writing there, or no file that could be mapped
   */
  public HsbWriter(Path file) {
    this.file = new UnfinishedFile(file);
    if (this.file.isStream()) {
      close(this.file);
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s is a device or a FIFO: a binary form is mapped, and those are not. Name a file, or write"
                  + " the text form, which ends in .hst.",
              file));
    }
    try {
      channel = FileChannel.open(this.file.path(), StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw this.file.failed(e);
    }
    buffer.put(new byte[HsbHeader.HEAD_BYTES]);
  }

  /** Appends the events of {@code batch}, which are valid. */
  public void accept(EventBatch batch) {
    int from = batch.from;
    while (from < batch.to) {
      int count = Math.min(batch.to - from, BlockLayout.EVENTS - pending.to);
      System.arraycopy(batch.op, from, pending.op, pending.to, count);
      System.arraycopy(batch.slot, from, pending.slot, pending.to, count);
      System.arraycopy(batch.size, from, pending.size, pending.to, count);
      System.arraycopy(batch.extra, from, pending.extra, pending.to, count);
      copySites(batch, from, count);
      pending.to += count;
      from += count;
      if (pending.to == BlockLayout.EVENTS) {
        writeBlock();
      }
    }
  }

  private void copySites(EventBatch batch, int from, int count) {
    if (batch.site.length > 0) {
      if (pending.site.length == 0) {
        pending.site = new int[BlockLayout.EVENTS];
      }
      System.arraycopy(batch.site, from, pending.site, pending.to, count);
    } else if (pending.site.length > 0) {
      Arrays.fill(pending.site, pending.to, pending.to + count, 0);
    }
  }

  /**
   * Completes the file and gives it its name.
   *
   * @param deeplyBound as in {@link heapstakes.trace.TraceInfo.Features}
   * @param table what the numbers of call sites mean
   */
  public void finish(
      TraceSummary summary,
      List<Integer> threadIds,
      List<String> phases,
      int deeplyBound,
      CallSites table) {
    if (pending.to > 0) {
      writeBlock();
    }
    try {
      drain();
      long end = HsbHeader.HEAD_BYTES + blockBytes;
      HsbSites part = sites == null ? HsbSites.NONE : sites.copyTo(channel, end, table);
      HsbHeader header =
          new HsbHeader(blockBytes, digest.digest(), summary, threadIds, phases, deeplyBound, part);
      byte[] description = header.description();
      writeFully(ByteBuffer.wrap(description), end + part.bytes());
      writeFully(ByteBuffer.wrap(header.head(description)), 0);
      channel.close();
      file.publish();
    } catch (IOException e) {
      throw file.failed(e);
    }
  }

  /** Drops the file unless it is finished. */
  @Override
  public void close() {
    try {
      if (sites != null) {
        sites.close();
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      close(file);
    }
  }

  private static void close(UnfinishedFile file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeBlock() {
    int length = encoder.encode(pending, 0, pending.to);
    writeSites();
    blocks++;
    pending.clear();
    digest.update(encoder.bytes(), 0, length);
    buffer.put(encoder.bytes(), 0, length);
    blockBytes += length;
    if (buffer.position() >= BUFFER_BYTES) {
      try {
        drain();
      } catch (IOException e) {
        throw file.failed(e);
      }
    }
  }

  /** The first site that occurs makes a section of those before it as well. */
  private void writeSites() {
    boolean occur = Arrays.stream(pending.site).limit(pending.to).anyMatch(site -> site != 0);
    try {
      if (sites == null && occur) {
        sites = new SiteSection(file.path(), blocks);
      }
      if (sites != null) {
        sites.add(pending, pending.to);
      }
    } catch (IOException e) {
      throw file.failed(e);
    }
  }

  private void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  private void writeFully(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
