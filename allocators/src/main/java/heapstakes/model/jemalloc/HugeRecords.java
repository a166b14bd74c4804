package heapstakes.model.jemalloc;

import static heapstakes.memory.Addresses.alignUp;

import java.util.ArrayList;
import java.util.List;

/**
 * For which blocks of a base huge pages are asked for, {@code metadata_thp} (§22): for all, or from
 * a number of blocks on, and then for the earlier ones as well.
 */
final class HugeRecords {
  private static final long HUGE_PAGE_BYTES = 2L << 20;

  // §22: so many blocks are many
  private static final int MANY = 2;
  private static final int MANY_OF_FIRST = 5;

  /** A mapping, and where what is in use of it ends. */
  private static final class Block {
    final long start;
    final long bytes;
    long usedEnd;

    Block(long start, long bytes, long usedEnd) {
      this.start = start;
      this.bytes = bytes;
      this.usedEnd = usedEnd;
    }
  }

  private final MemoryCalls pages;
  private final int many;
  private final List<Block> blocks = new ArrayList<>();
  private boolean asks;
  private long hugePages;

  /**
   * @param arena whose base it is
   */
  HugeRecords(MemoryCalls pages, int arena) {
    this.pages = pages;
    this.many = arena == 0 ? MANY_OF_FIRST : MANY;
    this.asks = pages.asksForHugeRecords();
  }

  /** As a forked child has them. */
  HugeRecords(MemoryCalls pages, HugeRecords parent) {
    this.pages = pages;
    many = parent.many;
    parent.blocks.forEach(b -> blocks.add(new Block(b.start, b.bytes, b.usedEnd)));
    asks = parent.asks;
    hugePages = parent.hugePages;
  }

  /**
   * A new block, not touched yet.
   *
   * @param header bytes that are in use of it
   */
  void added(long address, long bytes, long header) {
    if (!asks && blocks.size() + 1 == many && pages.mayAskForHugeRecords()) {
      asks = true;
      blocks.reversed().forEach(this::ask);
    }
    Block block = new Block(address, bytes, address + header);
    blocks.add(block);
    if (asks) {
      ask(block);
    }
  }

  private void ask(Block block) {
    pages.adviseRecords(block.start, block.bytes);
    hugePages += alignUp(block.usedEnd - block.start, HUGE_PAGE_BYTES) / HUGE_PAGE_BYTES;
  }

  /** What was free behind {@code from} is in use up to {@code end}. */
  void used(long from, long end) {
    if (asks) {
      hugePages +=
          (alignUp(end, HUGE_PAGE_BYTES) - alignUp(from, HUGE_PAGE_BYTES)) / HUGE_PAGE_BYTES;
    } else {
      for (Block block : blocks) {
        if (block.usedEnd == from) {
          block.usedEnd = end;
        }
      }
    }
  }

  /** How many are in use, as the library counts them, whether the kernel gave them or not. */
  long hugePages() {
    return hugePages;
  }
}
