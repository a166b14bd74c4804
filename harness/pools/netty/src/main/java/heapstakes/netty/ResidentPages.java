package heapstakes.netty;

import heapstakes.memory.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Which of this process's pages hold a frame: {@code /proc/self/pagemap}, 8 bytes a page, of which
 * bit 63 says so to everybody (proc_pid_pagemap(5)). A page counts by the bytes of it that are
 * asked about, so that neighbours in one page are not counted twice.
 */
final class ResidentPages {
  private static final int ENTRY_BYTES = 8;
  private static final int ENTRIES = 8192;
  private static final long PRESENT = 1L << 63;

  private final FileChannel pagemap;
  private final ByteBuffer entries =
      ByteBuffer.allocate(ENTRIES * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  ResidentPages() {
    try {
      pagemap = FileChannel.open(Path.of("/proc/self/pagemap"), StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of {@code [start, end)} that lie in resident pages. */
  long bytes(long start, long end) {
    long bytes = 0;
    long page = start >>> Addresses.PAGE_SHIFT;
    long last = (end - 1) >>> Addresses.PAGE_SHIFT;
    while (page <= last) {
      read(page, (int) Math.min(ENTRIES, last - page + 1));
      while (entries.hasRemaining()) {
        if ((entries.getLong() & PRESENT) != 0) {
          long from = Math.max(start, page << Addresses.PAGE_SHIFT);
          bytes += Math.min(end, (page + 1) << Addresses.PAGE_SHIFT) - from;
        }
        page++;
      }
    }
    return bytes;
  }

  private void read(long page, int count) {
    entries.clear().limit(count * ENTRY_BYTES);
    try {
      while (entries.hasRemaining()) {
        if (pagemap.read(entries, page * ENTRY_BYTES + entries.position()) < 0) {
          throw new IOException("/proc/self/pagemap ends before page " + page);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    entries.flip();
  }
}
