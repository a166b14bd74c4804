package heapstakes.trace.binary;

import heapstakes.trace.CallSites;
import heapstakes.trace.Digests;
import heapstakes.trace.EventBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * The blocks of call sites while a file is written: they follow all blocks of events, so they wait
 * in a file of their own beside it, which goes when this is closed. None is made of a trace that
 * has no call sites.
 */
final class SiteSection implements AutoCloseable {
  private final FileChannel channel;
  private final SiteBlocks coder = new SiteBlocks();
  private final MessageDigest digest = Digests.sha256();
  private long bytes;

  /**
   * @param beside the file that is written
   * @param before blocks of events, all full, that came before the first site
   */
  SiteSection(Path beside, long before) throws IOException {
    Path file = Files.createTempFile(beside.toAbsolutePath().getParent(), ".sites-", ".tmp");
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    EventBatch none = new EventBatch(0);
    for (long block = 0; block < before; block++) {
      add(none, BlockLayout.EVENTS);
    }
  }

  /** Appends the sites of the first {@code events} events of {@code batch}. */
  void add(EventBatch batch, int events) throws IOException {
    ByteBuffer block = ByteBuffer.wrap(coder.bytes(), 0, coder.encode(batch, events));
    digest.update(block.duplicate());
    bytes += block.remaining();
    while (block.hasRemaining()) {
      channel.write(block);
    }
  }

  /** Copies all blocks into {@code out} from {@code position} on, and says what they are. */
  HsbSites copyTo(FileChannel out, long position, CallSites table) throws IOException {
    out.position(position);
    long done = 0;
    while (done < bytes) {
      done += channel.transferTo(done, bytes - done, out);
    }
    return new HsbSites(table, bytes, digest.digest());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
