package heapstakes.trace.io;

import heapstakes.trace.TraceException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads a slow stream on a thread of its own, a few chunks ahead of its user. */
final class ReadAhead extends InputStream {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int CHUNKS = 4;

  /** What the thread hands over: bytes, or why there are no more. */
  private record Chunk(byte[] bytes, int length) {}

  /** Made beforehand: it is handed over also when there is no memory to make one. */
  private static final Chunk END = new Chunk(new byte[0], -1);

  private final InputStream in;
  private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("decompress").unstarted(this::run);
  private Chunk current = new Chunk(new byte[0], 0);
  private int at;

  ReadAhead(InputStream in) {
    this.in = in;
    thread.start();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (at == current.length() && !advance()) {
      return -1;
    }
    int count = Math.min(length, current.length() - at);
    System.arraycopy(current.bytes(), at, target, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    in.close();
  }

  /** Fetches the next chunk; the last one stays. */
  private boolean advance() throws IOException {
    if (current.length() < 0) {
      return false;
    }
    try {
      current = chunks.take();
      at = Math.min(0, current.length());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    switch (failure.get()) {
      case TraceException e -> throw e;
      case IOException e -> throw e;
      case OutOfMemoryError e -> throw e;
      case null -> {
        return current.length() >= 0;
      }
      case Throwable e -> throw new IOException("the compressed data are damaged: " + e, e);
    }
  }

  private void run() {
    try {
      Chunk chunk;
      do {
        byte[] bytes = new byte[CHUNK_BYTES];
        chunk = new Chunk(bytes, in.read(bytes, 0, bytes.length));
        chunks.put(chunk);
      } while (chunk.length() >= 0);
    } catch (InterruptedException e) {
      // The user has closed the stream.
    } catch (IOException | RuntimeException | Error e) {
      failure.set(e);
      chunks.clear();
      chunks.offer(END);
    }
  }
}
